import Foundation
import PhotoLibrary
import Raster
import Terminal

/// Decodes photos for showing, the most wanted first. Safe to share: a lock guards the list of wishes.
final class PreviewLoader: @unchecked Sendable {
  private let send: @Sendable (Message) -> Void
  private let lock = NSLock()
  private var wanted: [String] = []
  private var pixels = Size(columns: 1, rows: 1)

  init(send: @escaping @Sendable (Message) -> Void) { self.send = send }

  /// Replaces what is wanted: who moves on quickly waits for nothing in between.
  func ask(_ paths: [String], pixels: Size) {
    lock.withLock {
      wanted = paths
      self.pixels = pixels
    }
  }

  /// Loads what is wanted until nothing is.
  func run() {
    while let (path, pixels) = next() { send(.preview(Self.load(path, pixels: pixels))) }
  }

  private func next() -> (String, Size)? {
    lock.withLock { wanted.isEmpty ? nil : (wanted.removeFirst(), pixels) }
  }

  /// A photo no larger than needed: JPEGs are decoded small, others made small.
  static func load(_ path: String, pixels: Size) -> PreviewMessage {
    // Taken first: a file that changes while it is read is found to have changed.
    let version = FileIdentity(path: path)
    do throws(RasterError) {
      let size = try ImageDecoder.size(path: path)
      var image = try ImageDecoder.decode(path: path, covering: (pixels.columns, pixels.rows))
      let fitting = max(Double(pixels.columns) / Double(image.width), Double(pixels.rows) / Double(image.height))
      if fitting < 0.5 {
        image = image.resizedArea(
          width: max(1, Int(Double(image.width) * fitting)), height: max(1, Int(Double(image.height) * fitting)))
      }
      let preview = Preview(image: image, width: size.width, height: size.height, version: version)
      return .loaded(path: path, preview, sidecar: Sidecar.read(for: path))
    } catch {
      return .failed(version, reason: reason(error))
    }
  }

  /// The error without the file's name, which stands above it.
  static func reason(_ error: RasterError) -> String {
    let text = "\(error)"
    return text.range(of: ": ").map { String(text[$0.upperBound...]) } ?? text
  }
}
