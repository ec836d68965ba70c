import CHDF5

/// A group or a dataset of an HDF5 file.
public struct HDF5Node: Sendable {
  /// A dataset as its header announces it.
  public struct Dataset: Sendable, Equatable {
    public let shape: [Int]
    /// Whether its elements are floating-point numbers.
    public let isFloat: Bool
    /// The elements' type and width in words, for errors: `float64`.
    public let type: String
  }

  /// Its own name, "" for the root.
  public let name: String
  /// From the root, without a leading slash.
  public let path: String
  /// Nil for a group.
  public let dataset: Dataset?
  /// A group's members by name in the file's order, which is that of their names' bytes.
  public let children: [HDF5Node]

  public func child(_ name: String) -> HDF5Node? { children.first { $0.name == name } }

  /// The dataset at a path below this node.
  public func dataset(_ path: String) -> Dataset? {
    path.split(separator: "/").reduce(self) { $0?.child(String($1)) }?.dataset
  }
}

/// Reads the tree once. What a hostile file could make endless is bounded.
struct HDF5TreeWalk {
  private static let deepest = 32
  private static let mostNodes = 200_000

  let path: String
  private var count = 0

  init(path: String) { self.path = path }

  /// - Parameters:
  ///   - group: a group, or a file, which stands for its root.
  ///   - place: its path.
  mutating func group(_ group: HDF5Handle, at place: String, depth: Int = 0) throws(WeightFileError) -> HDF5Node {
    if depth > HDF5TreeWalk.deepest { throw malformed(place, "groups at most \(HDF5TreeWalk.deepest) deep", "more") }
    var info = H5G_info_t()
    guard H5Gget_info(group.id, &info) >= 0 else { throw malformed(place, "a group", "\"\(HDF5Library.message)\"") }
    var children: [HDF5Node] = []
    for index in 0..<info.nlinks {
      count += 1
      if count > HDF5TreeWalk.mostNodes { throw malformed(place, "at most \(HDF5TreeWalk.mostNodes) objects", "more") }
      if let child = try child(index, of: group, at: place, depth: depth) { children.append(child) }
    }
    return HDF5Node(name: HDF5TreeWalk.lastName(place), path: place, dataset: nil, children: children)
  }

  /// A group's member; nil for a link by path or to another file, and for named types.
  private mutating func child(
    _ index: hsize_t, of group: HDF5Handle, at place: String, depth: Int
  ) throws(WeightFileError) -> HDF5Node? {
    guard gaze_h5_is_hard_link(group.id, index) == 1 else { return nil }
    let settings = gaze_h5_default()
    var name = [CChar](repeating: 0, count: 1024)
    let length = H5Lget_name_by_idx(
      group.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &name, name.count, settings)
    guard length > 0, length < name.count else { throw malformed(place, "names of 1…1023 bytes", "\(length)") }
    let text = String(decoding: name[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let childPlace = place.isEmpty ? text : "\(place)/\(text)"
    guard let object = HDF5Handle(H5Oopen(group.id, name, settings), H5Oclose) else {
      throw malformed(childPlace, "an object", "\"\(HDF5Library.message)\"")
    }
    switch H5Iget_type(object.id) {
    case H5I_GROUP: return try self.group(object, at: childPlace, depth: depth + 1)
    case H5I_DATASET:
      guard let dataset = HDF5TreeWalk.dataset(object) else {
        throw malformed(childPlace, "a dataset", "\"\(HDF5Library.message)\"")
      }
      return HDF5Node(name: text, path: childPlace, dataset: dataset, children: [])
    default: return nil
    }
  }

  private static func dataset(_ dataset: HDF5Handle) -> HDF5Node.Dataset? {
    guard let space = HDF5Handle(H5Dget_space(dataset.id), H5Sclose),
      let type = HDF5Handle(H5Dget_type(dataset.id), H5Tclose)
    else { return nil }
    var sizes = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
    let rank = H5Sget_simple_extent_dims(space.id, &sizes, nil)
    guard rank >= 0 else { return nil }
    let shape = sizes[..<Int(rank)].map { Int(clamping: $0) }
    let kind = H5Tget_class(type.id)
    let bits = 8 * H5Tget_size(type.id)
    let words =
      switch kind {
      case H5T_FLOAT: "float\(bits)"
      case H5T_INTEGER: "int\(bits)"
      case H5T_STRING: "text"
      default: "another kind of element"
      }
    return .init(shape: shape, isFloat: kind == H5T_FLOAT, type: words)
  }

  private static func lastName(_ place: String) -> String {
    place.lastIndex(of: "/").map { String(place[place.index(after: $0)...]) } ?? place
  }

  private func malformed(_ place: String, _ expected: String, _ found: String) -> WeightFileError {
    .malformed(path: path, what: "\"/\(place)\"", expected: expected, found: found)
  }
}
