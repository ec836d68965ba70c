import Captioning
import Files
import Foundation
import PhotoLibrary
import Raster
import Reports

/// The attention of one caption as files beside its photo, named as `AttentionFiles` says: `.json` in the shape of
/// `gaze caption --json`, `.png` and `.html` as of `gaze attend`.
enum AttentionExport {
  private static let extensions = [".png", ".html", ".json"]

  static func write(_ request: ExportRequest) -> FileMessage {
    let stem = AttentionFiles.stem(of: request.caption, photo: request.photo)
    let name = URL(fileURLWithPath: stem).lastPathComponent
    let there = extensions.filter { FileName.exists(stem + $0) }
    if !request.replaces, !there.isEmpty {
      return .exportExists(request, name: name + list(there), isOne: there.count == 1)
    }
    do {
      // The whole picture: all of them tell its size.
      let photo = try ImageDecoder.decode(path: request.photo)
      let image = CaptionedImage(
        path: request.name, size: (photo.width, photo.height), captions: [request.caption])
      let content = AttendedCaption(
        imageName: PrintableText.line(URL(fileURLWithPath: request.photo).lastPathComponent), photo: photo,
        caption: request.caption, weights: request.weights, provenance: [:], overlay: request.look.overlay,
        scale: request.look.scale)
      try OutputFile.write(PNGEncoder.encode(AttentionSheet(content).drawn()), toFile: stem + ".png")
      try OutputFile.write(Array(AttentionPage(content: content).html().utf8), toFile: stem + ".html")
      try OutputFile.write(Array(CaptionLine.json(image, weights: request.weights).utf8), toFile: stem + ".json")
      return .wrote(name + list(extensions))
    } catch {
      return .failed("\(error)")
    }
  }

  /// ".png, .html and .json"
  private static func list(_ extensions: [String]) -> String {
    let first = extensions.dropLast().joined(separator: ", ")
    return first + (first.isEmpty ? "" : " and ") + extensions.last!
  }
}
