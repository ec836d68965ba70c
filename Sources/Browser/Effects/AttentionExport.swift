import Captioning
import Files
import PhotoLibrary
import Raster
import Reports

/// The attention of one caption as files beside its photo, named as `AttentionFiles` says: `.json` in the shape of
/// `gaze caption --json`, `.png` and `.html` as of `gaze attend`.
enum AttentionExport {
  private static let extensions = [".png", ".html", ".json"]

  static func write(_ request: ExportRequest) -> FileMessage {
    let stem = AttentionFiles.stem(of: request.caption, photo: request.photo)
    let name = FileName.name(stem)
    let there = extensions.filter { stem.addingToName($0).exists }
    if !request.replaces, !there.isEmpty {
      return .exportExists(request, name: name + list(there), isOne: there.count == 1)
    }
    do {
      // The whole picture: all of them tell its size.
      let photo = try ImageDecoder.decode(path: request.photo)
      let image = CaptionedImage(
        path: FileName.path(request.name), size: (photo.width, photo.height), captions: [request.caption])
      let content = AttendedCaption(
        imageName: PrintableText.line(FileName.name(request.photo)), photo: photo,
        caption: request.caption, weights: request.weights, provenance: [:], overlay: request.look.overlay,
        scale: request.look.scale)
      func put(_ bytes: [UInt8], _ extension: String) throws {
        try OutputFile.write(bytes, toFile: stem.addingToName(`extension`))
      }
      try put(PNGEncoder.encode(AttentionSheet(content).drawn()), ".png")
      try put(Array(AttentionPage(content: content).html().utf8), ".html")
      try put(Array(CaptionLine.json(image, weights: request.weights).utf8), ".json")
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
