import Captioning
import Foundation
import Raster

/// The attention of one caption as files beside its photo: `dog.attention.json`, in the shape of
/// `gaze caption --json`, and `dog.attention.png`, the sheet of `gaze attend --png`.
enum AttentionExport {
  private static let suffix = ".attention"

  /// Whether a file in a folder is such a sheet, by its name, and no photo to be captioned.
  static func isSheet(_ name: String) -> Bool { name.hasSuffix(suffix + ".png") }

  static func write(_ request: ExportRequest) -> FileMessage {
    let stem = URL(fileURLWithPath: request.photo).deletingPathExtension().path + suffix
    do {
      // The whole picture: the sheet and the JSON tell its size.
      let photo = try ImageDecoder.decode(path: request.photo)
      let image = CaptionedImage(
        path: request.name, size: (photo.width, photo.height), captions: [request.caption])
      let content = AttendedCaption(
        imageName: Messages.printable(URL(fileURLWithPath: request.photo).lastPathComponent), photo: photo,
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
