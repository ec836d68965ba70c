import Foundation
import Raster
import SystemPackage
import Tensors
import WeightFiles

/// What a larger network saw in views of photos: a safetensors file, mapped, of which only the rows asked for are read.
///
/// | tensor | shape | holds |
/// |---|---|---|
/// | `boxes` | float32 `[photos, views, 4]` | y0 x0 y1 x1 of each view in fractions of the photo; x0 > x1 is mirrored |
/// | `grid` | float16 `[photos, views, regions, components]` | features of each view, its square feature map row-major |
/// | `logits` | float16 `[photos, views, classes]` | logits of the view's class |
///
/// The metadata's `photos` is a JSON list of file names in the order of the tensors; other tensors are passed over.
public final class TeacherFile: Sendable {
  public let path: FilePath
  /// File names.
  public let photos: [String]
  /// Views of each photo, numbers of each region, and classes.
  public let views: Int
  public let components: Int
  public let classes: Int
  /// Regions along each side of the square feature map.
  let side: Int
  private let file: SafetensorsFile
  private let boxes: [Float]

  /// How far a box may lie outside the photo or be from upright: rounding.
  private static let tolerance: Float = 1e-4

  /// - Throws: `WeightFileError` or `CaptioningError` naming the tensor or key that is missing or wrong.
  public init(path: FilePath) throws {
    self.path = path
    file = try SafetensorsFile(path: path)
    photos = try Self.names(file)
    let grid = try Self.shape("grid", [.float16, .float32], "[photos, views, regions, components]", 4, file)
    let logits = try Self.shape("logits", [.float16, .float32], "[photos, views, classes]", 3, file)
    let boxShape = try Self.shape("boxes", [.float32], "[photos, views, 4]", 3, file)
    (views, components, classes) = (grid[1], grid[3], logits[2])
    side = Int(Double(grid[2]).squareRoot())
    for (name, found, expected) in [
      ("grid", grid, [photos.count, views, side * side, components]),
      ("logits", logits, [photos.count, views, classes]),
      ("boxes", boxShape, [photos.count, views, 4]),
    ] where found != expected || found.contains(0) {
      throw WeightFileError.mismatch(
        path: path, tensor: name, expected: "shape \(expected), nothing 0", found: "\(found)")
    }
    boxes = try file.tensor("boxes").values
    try checkBoxes()
  }

  private static func names(_ file: SafetensorsFile) throws -> [String] {
    guard let json = file.metadata["photos"] else {
      throw WeightFileError.malformed(
        path: file.path, what: "metadata", expected: "\"photos\", a JSON list of file names", found: "no such key")
    }
    guard let names = try? JSONDecoder().decode([String].self, from: Data(json.utf8)), !names.isEmpty else {
      throw WeightFileError.malformed(
        path: file.path, what: "metadata \"photos\"", expected: "a JSON list of file names", found: "something else")
    }
    return names
  }

  private static func shape(
    _ name: String, _ types: [SafetensorsFile.ElementType], _ layout: String, _ rank: Int, _ file: SafetensorsFile
  ) throws(WeightFileError) -> [Int] {
    guard let info = file.info(name) else { throw .missing(path: file.path, tensor: name) }
    guard types.contains(info.dtype), info.shape.count == rank else {
      throw .mismatch(
        path: file.path, tensor: name, expected: "\(types.map(\.rawValue).joined(separator: " or ")) \(layout)",
        found: "\(info.dtype.rawValue) \(info.shape)")
    }
    return info.shape
  }

  private func checkBoxes() throws(WeightFileError) {
    let range = -Self.tolerance...1 + Self.tolerance
    for row in 0..<photos.count * views {
      let box = boxes[row * 4..<row * 4 + 4]
      let (height, width) = (box[row * 4 + 2] - box[row * 4], abs(box[row * 4 + 3] - box[row * 4 + 1]))
      guard box.allSatisfy(range.contains), height > 4 * Self.tolerance, width > 4 * Self.tolerance else {
        throw .malformed(
          path: path, what: "tensor \"boxes\", photo \(row / views), view \(row % views)",
          expected: "y0 x0 y1 x1 within 0…1, y0 < y1, x0 and x1 apart", found: "\(Array(box))")
      }
    }
  }

  /// The part of the photo that a view shows.
  func box(_ sample: TeacherSample) -> (box: FractionalBox, mirrored: Bool) {
    let start = (sample.photo * views + sample.view) * 4
    let box = boxes[start..<start + 4].map { min(max($0, 0), 1) }
    return (
      FractionalBox(y0: box[0], x0: min(box[1], box[3]), y1: box[2], x1: max(box[1], box[3])), box[1] > box[3]
    )
  }

  /// What the teacher says of some views, its feature map resampled to rows × columns.
  func targets(_ samples: [TeacherSample], rows: Int, columns: Int) throws(WeightFileError) -> TeacherTargets {
    let resampling = RegionResampling(from: (side, side), to: (rows, columns))
    let grid = Tensor(uninitialized: [samples.count, rows * columns, components])
    let logits = Tensor(uninitialized: [samples.count, classes])
    let source = Tensor(uninitialized: [side * side, components])
    for (index, sample) in samples.enumerated() {
      let row = sample.photo * views + sample.view
      try file.copyNumbers("grid", row * source.count..<(row + 1) * source.count, into: source.pointer)
      resampling.apply(source.pointer, channels: components, into: grid.pointer + index * rows * columns * components)
      try file.copyNumbers("logits", row * classes..<(row + 1) * classes, into: logits.pointer + index * classes)
    }
    return TeacherTargets(grid: grid, logits: logits)
  }
}

/// One view of one photo.
struct TeacherSample: Sendable, Equatable {
  /// In `TeacherFile.photos`.
  let photo: Int
  let view: Int
}
