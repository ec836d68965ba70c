import Files
import Foundation
import SystemPackage

/// Keeps edits that are not written in a file of the user's, where a later run finds them after a crash or hang-up. Each
/// run has a file of its own; one whose program has ended is an earlier run's.
package struct EditRecovery: Sendable {
  private let folder: FilePath
  private let process: pid_t

  /// - Parameters:
  ///   - folder: made when it is needed.
  ///   - process: whose edits are kept; each has a file of its own.
  package init(folder: FilePath, process: pid_t = getpid()) { (self.folder, self.process) = (folder, process) }

  /// In `$XDG_STATE_HOME/gaze` or `~/.local/state/gaze`.
  package static func ofUser(_ environment: [String: String] = ProcessEnvironment.variables) -> EditRecovery {
    let base = environment["XDG_STATE_HOME"].map { FileName.path($0) }.flatMap { $0.isAbsolute ? $0 : nil }
    return EditRecovery(folder: (base ?? .home.appending(".local/state")).appending("gaze"))
  }

  func perform(_ effect: Effect) -> Message? {
    switch effect {
    case .keepEdits(let edits):
      do { try keep(edits) } catch { return .file(.failed("edits are not kept for a later run: \(error)")) }
    case .findEdits: return .file(.recovered(found()))
    case .forgetFoundEdits: for file in earlierFiles { _ = file.withPlatformString(unlink) }
    default: break
    }
    return nil
  }

  /// Keeps these edits and no others.
  package func keep(_ edits: [UnwrittenEdit]) throws {
    let path = file(of: process)
    guard !edits.isEmpty else {
      _ = path.withPlatformString(unlink)
      return
    }
    // What people write about their photos is nobody else's.
    try folder.makeFolder(mode: 0o700)
    let lines = edits.map { edit in
      OrderedJSON.object([
        ("image", .string(FileName.text(edit.image))), ("text", .string(edit.text)), ("source", .string(edit.source)),
      ]).text
    }
    // An edit a line.
    let list = OrderedJSON.verbatim("[" + lines.joined(separator: ",\n") + "]")
    let file = OrderedJSON.object([("version", .integer(1)), ("edits", list)])
    try OutputFile.write(Array((file.text + "\n").utf8), toFile: path)
  }

  /// The edits of earlier runs; a file that is none of ours is passed over.
  package func found() -> [UnwrittenEdit] {
    earlierFiles.flatMap { path -> [UnwrittenEdit] in
      guard let data = try? MappedFile(path: path).withBytes({ Data($0) }),
        let file = try? JSONDecoder().decode(File.self, from: data), file.version == 1
      else { return [] }
      return file.edits.map { UnwrittenEdit(image: FileName.path($0.image), text: $0.text, source: $0.source) }
    }
  }

  private struct File: Decodable {
    struct Edit: Decodable {
      let image: String
      let text: String
      let source: String
    }

    let version: Int
    let edits: [Edit]
  }

  // MARK: - Files

  private func file(of process: pid_t) -> FilePath { folder.appending("edits-\(process).json") }

  private var earlierFiles: [FilePath] {
    let processes = (folder.names ?? []).map(\.string).compactMap { name -> pid_t? in
      guard name.hasPrefix("edits-"), name.hasSuffix(".json") else { return nil }
      return pid_t(name.dropFirst(6).dropLast(5))
    }
    return processes.sorted().filter { $0 != process && !isRunning($0) }.map(file)
  }

  private func isRunning(_ process: pid_t) -> Bool { kill(process, 0) == 0 || errno == EPERM }
}
