import PhotoLibrary
import Synchronization
import SystemPackage

/// The images of a batch that are to be captioned. One thread at a time asks for the next.
final class CaptionQueue: Sendable {
  struct Image: Sendable {
    let path: FilePath
    /// Why it cannot be captioned.
    var problem: String?
  }

  private struct State {
    var skipped = 0
    var kept = 0
    /// By the sidecars of the images given out, the images' extensions, as numbers in `extensions`.
    private(set) var owners: [PathHash: Int32] = [:]
    private(set) var extensions: [String?] = []

    mutating func claim(_ sidecar: FilePath, for extension: String?) {
      if !extensions.contains(`extension`) { extensions.append(`extension`) }
      owners[PathHash(sidecar)] = Int32(extensions.firstIndex(of: `extension`)!)
    }
  }

  private let source: @Sendable () -> FilePath?
  private let sidecar: SidecarPolicy?
  private let replacesEdits: Bool
  private let state = Mutex(State())

  /// - Parameters:
  ///   - source: the next image of all, `-` for standard input; nil at the end.
  ///   - sidecar: nil writes no sidecars.
  init(_ source: @escaping @Sendable () -> FilePath?, sidecar: SidecarPolicy?, replacesEdits: Bool) {
    (self.source, self.sidecar, self.replacesEdits) = (source, sidecar, replacesEdits)
  }

  /// Images that had a sidecar already, and those whose sidecars were written by hand, until now.
  var passedOver: (skipped: Int, kept: Int) { state.withLock { ($0.skipped, $0.kept) } }

  /// The next image to caption; nil at the end.
  func next() -> Image? {
    while let path = source() {
      if path == "-" { return Image(path: path) }
      if let owner = owner(ofSidecarOf: path) {
        return Image(path: path, problem: "\(path): its sidecar \(Sidecar.path(for: path)) is that of \(owner)")
      }
      if sidecar?.isDone(path) == true {
        state.withLock { $0.skipped += 1 }
      } else if isEdited(path) {
        state.withLock { $0.kept += 1 }
      } else {
        if sidecar != nil { state.withLock { $0.claim(Sidecar.path(for: path), for: path.extension) } }
        return Image(path: path)
      }
    }
    return nil
  }

  /// Whether a sidecar was written by hand and may not be replaced.
  func isEdited(_ path: FilePath) -> Bool {
    path != "-" && !replacesEdits && sidecar?.wouldReplaceEdit(of: path) == true
  }

  /// The other image of this batch that has the sidecar of an image: two of one stem would overwrite each other's
  /// captions.
  private func owner(ofSidecarOf path: FilePath) -> FilePath? {
    guard sidecar != nil else { return nil }
    var owner = Sidecar.path(for: path)
    let claim = state.withLock { state in state.owners[PathHash(owner)].map { state.extensions[Int($0)] } }
    guard let claim else { return nil }
    owner.extension = claim
    return owner == path ? nil : owner
  }
}
