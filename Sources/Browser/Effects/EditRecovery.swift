import Files
import Foundation

/// Keeps edits that are not written in a file of the user's, where a later run finds them after a crash or hang-up. Each
/// run has a file of its own; one whose program has ended is an earlier run's.
package struct EditRecovery: Sendable {
  private let folder: String
  private let process: pid_t

  /// - Parameter folder: made when it is needed.
  package init(folder: String, process: pid_t = getpid()) { (self.folder, self.process) = (folder, process) }

  /// In `$XDG_STATE_HOME/gaze` or `~/.local/state/gaze`.
  package static func ofUser(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> EditRecovery {
    let base = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return EditRecovery(folder: (base ?? NSHomeDirectory() + "/.local/state") + "/gaze")
  }

  func perform(_ effect: Effect) -> Message? {
    switch effect {
    case .keepEdits(let edits):
      do { try keep(edits) } catch { return .file(.failed("edits are not kept for a later run: \(error)")) }
    case .findEdits: return .file(.recovered(found()))
    case .forgetFoundEdits: for file in earlierFiles { unlink(FileName.systemPath(file)) }
    default: break
    }
    return nil
  }

  /// Keeps these edits and no others.
  package func keep(_ edits: [UnwrittenEdit]) throws {
    let path = file(of: process)
    guard !edits.isEmpty else {
      unlink(FileName.systemPath(path))
      return
    }
    // What people write about their photos is nobody else's.
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let lines = edits.map { edit in
      let fields = [("image", edit.image), ("text", edit.text), ("source", edit.source)]
      return "{" + fields.map { "\"\($0)\":\(JSONText.quoted($1))" }.joined(separator: ",") + "}"
    }
    try OutputFile.write(Array("{\"version\":1,\"edits\":[\(lines.joined(separator: ",\n"))]}\n".utf8), toFile: path)
  }

  /// The edits of earlier runs; a file that is none of ours is passed over.
  package func found() -> [UnwrittenEdit] {
    earlierFiles.flatMap { path -> [UnwrittenEdit] in
      guard let data = FileManager.default.contents(atPath: path),
        let file = try? JSONDecoder().decode(File.self, from: data), file.version == 1
      else { return [] }
      return file.edits.map { UnwrittenEdit(image: $0.image, text: $0.text, source: $0.source) }
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

  private func file(of process: pid_t) -> String { "\(folder)/edits-\(process).json" }

  private var earlierFiles: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let processes = names.compactMap { name -> pid_t? in
      guard name.hasPrefix("edits-"), name.hasSuffix(".json") else { return nil }
      return pid_t(name.dropFirst(6).dropLast(5))
    }
    return processes.sorted().filter { $0 != process && !isRunning($0) }.map(file)
  }

  private func isRunning(_ process: pid_t) -> Bool { kill(process, 0) == 0 || errno == EPERM }
}
