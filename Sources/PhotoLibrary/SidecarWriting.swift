import SystemPackage

/// A caption to be kept beside its photo.
package struct SidecarWriteRequest: Sendable, Equatable {
  package let photo: FilePath
  let origin: CaptionOrigin
  /// Whether a sidecar that is there already may be replaced.
  let replaces: Bool
  /// What a sidecar may say that is replaced in any case: the text this one was made from.
  let source: String?

  package init(photo: FilePath, origin: CaptionOrigin, replaces: Bool, source: String? = nil) {
    self.photo = photo
    self.origin = origin
    self.replaces = replaces
    self.source = source
  }

  /// Text in UTF-16 would become UTF-8, which is not for us to decide.
  func mayReplace(_ there: SidecarText, _ files: SidecarFiles) -> Bool {
    replaces || (there.text == source && files.text.map(Sidecar.isWide) == false)
  }
}

/// What came of writing a sidecar, or of taking a change back.
package enum SidecarOutcome: Sendable {
  /// A sidecar was written and now has this text.
  case wrote(SidecarText, as: String, SidecarChange)
  /// A change was taken back, or done again; what the sidecar says now.
  case changed(SidecarChange, SidecarText?, as: String, isRedo: Bool)
  /// A sidecar that was there before; nothing was written.
  case exists(photo: FilePath, name: String, SidecarText.Author)
  case failed(photo: FilePath, reason: String)
}

/// What a sidecar says.
package struct SidecarText: Sendable, Equatable {
  /// Who wrote a text that is kept beside a photo.
  package enum Author: String, Sendable {
    case human, machine
    /// A person wrote some of it, and lines of a network's were added.
    case mixed
    /// Nobody said, or the text was changed since.
    case unknown

    /// Whether a person's words are in it, which nobody replaces unasked.
    package var isPersons: Bool { self == .human || self == .mixed }

    /// What is said of a text: "written by hand"; nothing where nobody knows.
    package var inWords: String {
      switch self {
      case .human: "written by hand"
      case .machine: "written by a network"
      case .mixed: "written partly by hand"
      case .unknown: ""
      }
    }
  }

  package let text: String
  package let author: Author

  /// The text with spaces for line ends and zeros, which mean something to an index of texts.
  package var inOneLine: String {
    guard text.utf8.contains(where: { $0 == 0 || $0 == 10 }) else { return text }
    return String(decoding: text.utf8.map { $0 == 0 || $0 == 10 ? 32 : $0 }, as: UTF8.self)
  }
}
