import Captioning
import Files
import PhotoLibrary
import Raster
import Reports

/// The attention of one caption as files beside its photo: `dog.attention.json`, in the shape of
/// `gaze caption --json`, and `dog.attention.png`, the sheet of `gaze attend --png`.
enum AttentionExport {
  static func write(_ request: ExportRequest) -> FileMessage {
    let json = AttentionFiles.path(for: request.photo, extension: "json")
    do {
      // The whole picture: the sheet and the JSON tell its size.
      let photo = try ImageDecoder.decode(path: request.photo)
      let image = CaptionedImage(
        path: FileName.path(request.name), size: (photo.width, photo.height), captions: [request.caption])
      let content = AttendedCaption(
        imageName: PrintableText.line(FileName.name(request.photo)), photo: photo,
        caption: request.caption, weights: request.weights, provenance: [:], overlay: request.look.overlay,
        scale: request.look.scale)
      try OutputFile.write(Array(CaptionLine.json(image, weights: request.weights).utf8), toFile: json)
      try OutputFile.write(
        PNGEncoder.encode(AttentionSheet(content).drawn()),
        toFile: AttentionFiles.path(for: request.photo, extension: "png"))
      return .wrote("\(FileName.name(json)) and .png")
    } catch {
      return .failed("\(error)")
    }
  }
}
