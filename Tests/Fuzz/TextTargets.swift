import Browser
import Captioning
import Foundation
import PhotoLibrary
import Raster
import Terminal

/// What lies beside photos and what people set: captions and where they came from, edits kept for a later run, themes,
/// settings, terminfo entries.
enum TextTargets {
  /// - Parameter themes: the folder of the themes.
  static func all(themes folder: URL) -> [NamedTarget] {
    [
      ("sidecar", sidecars), ("origin", origins), ("edits", edits), ("theme", { try themes(folder) }),
      ("settings", settings), ("terminfo", terminfo),
    ]
  }

  private static var caption: Caption {
    let map = AttentionMap(rows: 1, columns: 2, values: [0.25, 0.75])
    let words = ["a", "dog"].map {
      CaptionWord(word: $0, token: 5, probability: 0.5, logProbability: -0.75, attention: map, alternatives: [])
    }
    return Caption(words: words, logProbability: -3, finished: true, settings: DecodingSettings())
  }

  /// A photo's caption is read, and written anew in every way.
  private static func readAndWrite(in folder: TinyRun.Folder) throws -> FuzzTarget.Outcome {
    let photo = folder.path("1.png")
    let isThere = Sidecar.read(for: photo) != nil
    do {
      for policy in SidecarPolicy.allCases {
        try policy.write(caption, by: WeightsIdentity(name: "tiny", sha256: "00ff"), for: photo)
      }
    } catch {
      return FuzzTarget.refusal(error, naming: folder.path("1."))
    }
    return isThere ? .read : .refused
  }

  private static func sidecars() throws -> FuzzTarget {
    let folder = try TinyRun.Folder()
    let texts = ["a dog\nby the sea\n", "\u{FEFF}un \u{E9}l\u{E8}ve\r\n"].map { Array($0.utf8) }
    let files = texts + [[0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00]]
    return FuzzTarget(name: "sidecar", files: files.map { (name: "1.txt", bytes: $0) }) { bytes in
      do {
        try folder.write(bytes, as: "1.txt")
        return try readAndWrite(in: folder)
      } catch { return .wrong("\(error)") }
    }
  }

  private static func origins() throws -> FuzzTarget {
    let folder = try TinyRun.Folder()
    let text = Array("a dog\n".utf8)
    try SidecarPolicy.overwrite.write(
      caption, by: WeightsIdentity(name: "tiny", sha256: "00ff"), for: folder.path("1.png"))
    let whole = try folder.bytes("1.caption.json")
    return FuzzTarget(name: "origin", files: [("1.caption.json", whole)]) { bytes in
      do {
        try folder.write(text, as: "1.txt")
        try folder.write(bytes, as: "1.caption.json")
        return try readAndWrite(in: folder)
      } catch { return .wrong("\(error)") }
    }
  }

  /// Kept by a process that has ended.
  private static func edits() throws -> FuzzTarget {
    let folder = try TinyRun.Folder()
    let recovery = EditRecovery(folder: folder.path("state"), process: pid_t.max)
    let kept = [("1.png", "a \"dog\""), ("2.png", "")].map {
      UnwrittenEdit(image: folder.path($0.0), text: $0.1, source: "drawn")
    }
    try recovery.keep(kept)
    let name = "state/edits-\(pid_t.max).json"
    let later = EditRecovery(folder: folder.path("state"))
    return FuzzTarget(name: "edits", files: [("edits.json", try folder.bytes(name))]) { bytes in
      do {
        try folder.write(bytes, as: name)
        return later.found().isEmpty ? .refused : .read
      } catch { return .wrong("\(error)") }
    }
  }

  private static func themes(_ folder: URL) throws -> FuzzTarget {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".toml") }
      .sorted()
    let files = try names.map { (name: $0, bytes: [UInt8](try Data(contentsOf: folder.appending(path: $0)))) }
    return FuzzTarget(name: "theme", files: files) { bytes in
      do {
        _ = try Theme(
          toml: String(decoding: bytes, as: UTF8.self), path: "fuzz", colormaps: Colormap.all.map(\.name))
        return .read
      } catch {
        return FuzzTarget.refusal(error, naming: "fuzz")
      }
    }
  }

  /// Every kind of value that settings may have.
  private static func settings() -> FuzzTarget {
    let text = """
      # Settings
      theme = "light \\u00e9 \\t"
      path = 'C:\\photos'
      [drawing]
      top_k = 1_000
      seed = -0x7f
      temperature = 1.5e-3
      "greedy mode" = true
      """
    return FuzzTarget(name: "settings", files: [("config.toml", Array(text.utf8))]) { bytes in
      (try? TOMLDocument(String(decoding: bytes, as: UTF8.self))) == nil ? .refused : .read
    }
  }

  private static func terminfo() -> FuzzTarget {
    FuzzTarget(name: "terminfo", files: [("built-in", TerminfoEntry.builtIn.serialized())]) { bytes in
      guard let entry = TerminfoEntry(data: bytes) else { return .refused }
      return entry.forDrawing() == nil ? .refused : .read
    }
  }
}
