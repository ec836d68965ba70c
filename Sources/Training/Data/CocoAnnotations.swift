import Captioning
import Files
import SystemPackage
import WeightFiles

/// A photo of an annotations file.
public struct AnnotatedPhoto: Sendable, Equatable {
  public let id: CocoID
  /// Relative to the folder of images, or absolute; empty where names are not read.
  public let fileName: String
  /// In the order of the file; empty for a photo nobody described.
  public internal(set) var captions: [String]

  /// Where the photo may be: its name in each folder, or the name alone when it is absolute.
  package func paths(in folders: [FilePath]) -> [FilePath] {
    let name = FileName.path(fileName)
    return name.isAbsolute ? [name] : folders.map { $0.pushing(name) }
  }
}

/// Photos and their human captions, from a COCO captions file.
///
/// Read are `images[].id`, `images[].file_name`, `annotations[].image_id` and `annotations[].caption`
/// (https://cocodataset.org/#format-data); everything else is passed over. Ids are numbers or strings.
public struct CocoAnnotations: Sendable {
  /// In the order of the file.
  public let photos: [AnnotatedPhoto]

  /// How many captions there are in all.
  public var captionCount: Int { photos.reduce(0) { $0 + $1.captions.count } }

  /// - Parameters:
  ///   - path: of the JSON file.
  ///   - withFileNames: whether photos need a file name; where only captions count, files of ids alone do.
  /// - Throws: where the file breaks the rules: a photo listed twice, a caption of a photo that is not there, a key
  ///   missing or of the wrong kind.
  public init(path: FilePath, withFileNames: Bool = true) throws(CaptioningError) {
    let file = JSONFile(path: path)
    var photos: [AnnotatedPhoto]?
    var captions: [(photo: CocoID, text: String)]?
    try file.read { scanner in
      try scanner.members { scanner, key in
        switch key {
        case "images" where photos == nil: photos = try CocoAnnotations.photos(&scanner, file, withFileNames)
        case "annotations" where captions == nil: captions = try CocoAnnotations.captions(&scanner, file)
        case "images", "annotations": throw file.malformed(key, "one list", "a second")
        default: return false
        }
        return true
      }
    }
    guard let photos else { throw file.malformed("images", "a list", "no such key") }
    guard let captions else { throw file.malformed("annotations", "a list", "no such key") }
    self.photos = try CocoAnnotations.joined(photos, captions, file)
  }

  private static func photos(
    _ scanner: inout JSONScanner, _ file: JSONFile, _ withFileNames: Bool
  ) throws -> [AnnotatedPhoto] {
    var result: [AnnotatedPhoto] = []
    try scanner.array { scanner in
      var id: CocoID?
      var name = ""
      try scanner.members { scanner, key in
        switch key {
        case "id": id = try scanner.cocoID()
        case "file_name" where withFileNames: name = try scanner.string()
        default: return false
        }
        return true
      }
      guard let id, !(withFileNames && name.isEmpty) else {
        let wanted = withFileNames ? "\"id\" and \"file_name\"" : "\"id\""
        throw file.malformed("images[\(result.count)]", wanted, "one missing or empty")
      }
      result.append(AnnotatedPhoto(id: id, fileName: name, captions: []))
    }
    return result
  }

  private static func captions(
    _ scanner: inout JSONScanner, _ file: JSONFile
  ) throws -> [(photo: CocoID, text: String)] {
    var result: [(photo: CocoID, text: String)] = []
    try scanner.array { scanner in
      result.append(try CocoResults.entry(&scanner, file, place: "annotations[\(result.count)]"))
    }
    return result
  }

  private static func joined(
    _ photos: [AnnotatedPhoto], _ captions: [(photo: CocoID, text: String)], _ file: JSONFile
  ) throws(CaptioningError) -> [AnnotatedPhoto] {
    var photos = photos
    var positions: [CocoID: Int] = [:]
    positions.reserveCapacity(photos.count)
    for (position, photo) in photos.enumerated() where positions.updateValue(position, forKey: photo.id) != nil {
      throw file.malformed("images[\(position)]", "an id of its own", "\(photo.id.short) again")
    }
    for (index, caption) in captions.enumerated() {
      guard let position = positions[caption.photo] else {
        throw file.malformed(
          "annotations[\(index)]", "the id of an image in the file", "image_id \(caption.photo.short)")
      }
      photos[position].captions.append(caption.text)
    }
    return photos
  }
}

/// Generated captions, one a photo, from a COCO results file: `[{"image_id": 1, "caption": "…"}, …]`.
public struct CocoResults: Sendable {
  /// The caption of each photo, by the photo's id.
  public let captions: [CocoID: String]

  /// - Throws: where the file breaks the rules, two captions for one photo among them.
  public init(path: FilePath) throws(CaptioningError) {
    let file = JSONFile(path: path)
    var captions: [CocoID: String] = [:]
    try file.read { scanner in
      var index = 0
      try scanner.array { scanner in
        let (photo, text) = try CocoResults.entry(&scanner, file, place: "entry \(index)")
        if captions.updateValue(text, forKey: photo) != nil {
          throw file.malformed("entry \(index)", "one caption for a photo", "image_id \(photo.short) again")
        }
        index += 1
      }
    }
    self.captions = captions
  }

  /// One `{"image_id", "caption"}`.
  fileprivate static func entry(
    _ scanner: inout JSONScanner, _ file: JSONFile, place: @autoclosure () -> String
  ) throws -> (photo: CocoID, text: String) {
    var photo: CocoID?
    var text: String?
    try scanner.members { scanner, key in
      switch key {
      case "image_id": photo = try scanner.cocoID()
      case "caption": text = try scanner.string()
      default: return false
      }
      return true
    }
    guard let photo, let text else { throw file.malformed(place(), "\"image_id\" and \"caption\"", "one missing") }
    return (photo, text)
  }
}
