import Captioning
import Files
import Glibc
import Raster
import SystemPackage

/// What `gaze caption` does with the text file beside an image, in particular where there is one already.
package enum SidecarPolicy: String, CaseIterable {
  /// Leave it, and do not caption its image.
  case skip
  /// Replace it.
  case overwrite
  /// Add a line after what it holds.
  case append
  /// Add a line before what it holds.
  case prepend

  /// Whether an image is left out because it has its text.
  package func isDone(_ image: FilePath) -> Bool { self == .skip && Self.isThere(Sidecar.path(for: image)) }

  /// Whether the text there is was written by a person, or some of it, which the network's should not replace unasked.
  package func wouldReplaceEdit(of image: FilePath) -> Bool {
    self == .overwrite && Sidecar.read(for: image)?.author.isPersons == true
  }

  /// Writes `caption` for `image`, and where it came from; each file changes as a whole or not at all. A line that is
  /// there already is not added again.
  package func write(_ caption: Caption, by weights: WeightsIdentity, for image: FilePath) throws(FileError) {
    let path = Sidecar.path(for: image)
    func origin(_ text: String, _ author: SidecarText.Author) -> CaptionOrigin {
      CaptionOrigin(text: text, author: author, drawn: caption, weights: weights)
    }
    guard self == .append || self == .prepend, var old = try Sidecar.contents(of: path), !old.isEmpty else {
      return try SidecarFiles(origin(caption.text, .machine), for: image).write(for: image)
    }
    let author = CaptionOrigin.author(of: Sidecar.trimmed(old), beside: image)
    let line = Array((caption.text + "\n").utf8)
    if Sidecar.isWide(old) { throw FileError(path: path, action: "add to", reason: "text in UTF-16, expected UTF-8") }
    if Sidecar.trimmed(old).split(whereSeparator: \.isNewline).contains(Substring(caption.text)) { return }
    if let last = old.last, last != UInt8(ascii: "\n") { old.append(UInt8(ascii: "\n")) }
    // A byte order mark stays first.
    let mark = old.starts(with: Self.byteOrderMark) ? Self.byteOrderMark : []
    let lines = self == .append ? old + line : mark + line + old.dropFirst(mark.count)
    // What nobody is known to have written stays so.
    if author == .unknown {
      try Sidecar.checkWritable(path)
      return try OutputFile.write(lines, toFile: path)
    }
    let told = origin(Sidecar.trimmed(lines), author.isPersons ? .mixed : .machine)
    try SidecarFiles(text: lines, origin: told, for: image).write(for: image)
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Whether there is a text; a folder of that name is none.
  private static func isThere(_ path: FilePath) -> Bool {
    path.status.map { $0.st_mode & S_IFMT == S_IFREG } ?? false
  }
}
