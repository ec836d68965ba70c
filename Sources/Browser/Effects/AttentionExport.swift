import Captioning
import Files
import Foundation
import PhotoLibrary
import Raster
import Reports

/// The attention of one caption as files beside its photo: `dog.attention.json`, in the shape of
/// `gaze caption --json`, and `dog.attention.png`, the sheet of `gaze attend --png`.
enum AttentionExport {
  static func write(_ request: ExportRequest) -> FileMessage {
    let stem = URL(fileURLWithPath: request.photo).deletingPathExtension().path + AttentionFiles.suffix
    do {
      // The whole picture: the sheet and the JSON tell its size.
      let photo = try ImageDecoder.decode(path: request.photo)
      let image = CaptionedImage(
        path: request.name, size: (photo.width, photo.height), captions: [request.caption])
      let content = AttendedCaption(
        imageName: PrintableText.line(URL(fileURLWithPath: request.photo).lastPathComponent), photo: photo,
        caption: request.caption, weights: request.weights, provenance: [:], overlay: request.look.overlay,
        scale: request.look.scale)
      try OutputFile.write(Array(CaptionLine.json(image, weights: request.weights).utf8), toFile: stem + ".json")
      try OutputFile.write(PNGEncoder.encode(AttentionSheet(content).drawn()), toFile: stem + ".png")
      return .wrote("\(URL(fileURLWithPath: stem).lastPathComponent).json and .png")
    } catch {
      return .failed("\(error)")
    }
  }
}
