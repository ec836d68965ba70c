import PhotoLibrary
import Raster
import SystemPackage
import Terminal

/// Decodes photos for showing.
enum PreviewLoader {
  /// A photo no larger than needed: JPEGs are decoded small, others made small.
  static func load(_ path: FilePath, pixels: Size) -> PreviewMessage {
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
      return .failed(version, reason: error.reason)
    }
  }

  /// A photo as a small picture of characters.
  static func load(_ path: FilePath, _ style: ThumbnailStyle) -> PreviewMessage {
    let renderer = CellRenderer(symbols: style.symbols, colors: style.depth, bitsPerChannel: 6)
    let version = FileIdentity(path: path)
    do throws(RasterError) {
      let image = try ImageDecoder.decode(
        path: path, covering: renderer.pixels(forColumns: style.columns, rows: style.rows))
      let grid = renderer.render(image, fittingColumns: style.columns, rows: style.rows)
      return .thumbnail(path: path, Thumbnail(grid: grid, style: style, version: version))
    } catch {
      return .failed(version, reason: error.reason)
    }
  }
}
