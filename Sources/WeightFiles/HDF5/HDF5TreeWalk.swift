import Files
import SystemPackage

/// Reads the tree once. What a hostile file could make endless is bounded.
struct HDF5TreeWalk {
  private static let deepest = 32
  private static let mostNodes = 200_000
  private static let longestName = 1023

  private let path: FilePath
  private let file: HDF5Bytes
  private var count = 0
  /// Bytes of the paths so far.
  private var pathBytes = 0
  /// Datasets that were read, for they may have several names.
  private var datasets: [Int: HDF5Object] = [:]
  private var groups: Set<Int> = []

  /// - Parameter path: the file's, for errors.
  init(path: FilePath, file: HDF5Bytes) { (self.path, self.file) = (path, file) }

  /// The group whose header is at an address, with all below it.
  mutating func root(at address: Int) throws(WeightFileError) -> HDF5Node {
    guard let root = try node(at: address, name: "", place: "", depth: 0), root.dataset == nil else {
      throw malformed("", HDF5Damage(expected: "a group", found: "another object"))
    }
    return root
  }

  /// What a link of a group leads to; nil for named types.
  private mutating func node(
    at address: Int, name: String, place: String, depth: Int
  ) throws(WeightFileError) -> HDF5Node? {
    if let known = datasets[address] { return HDF5Node(name: name, path: place, children: [], object: known) }
    let header = try naming(place) { () throws(HDF5Damage) in try HDF5ObjectHeader(file, at: address) }
    if header.first(.symbolTable) != nil || header.first(.linkInfo) != nil {
      return try group(header, at: address, name: name, place: place, depth: depth)
    }
    guard let object = try naming(place, { () throws(HDF5Damage) in try dataset(header) }) else { return nil }
    datasets[address] = object
    return HDF5Node(name: name, path: place, children: [], object: object)
  }

  private mutating func group(
    _ header: HDF5ObjectHeader, at address: Int, name: String, place: String, depth: Int
  ) throws(WeightFileError) -> HDF5Node {
    guard groups.insert(address).inserted else {
      throw malformed(place, HDF5Damage(expected: "a group of one name", found: "one that has another already"))
    }
    guard depth <= HDF5TreeWalk.deepest else {
      throw malformed(place, HDF5Damage(expected: "groups at most \(HDF5TreeWalk.deepest) deep", found: "more"))
    }
    let (links, attributes) = try naming(place) { () throws(HDF5Damage) in
      (try HDF5Links.read(file, header), try HDF5Attribute.all(file, header))
    }
    var children: [HDF5Node] = []
    for link in links {
      let name = try self.name(link.name, in: place)
      let childPlace = place.isEmpty ? name : "\(place)/\(name)"
      try charge(childPlace)
      if let child = try node(at: link.address, name: name, place: childPlace, depth: depth + 1) {
        children.append(child)
      }
    }
    children.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    if let (first, _) = zip(children, children.dropFirst()).first(where: { $0.name == $1.name }) {
      throw malformed(first.path, HDF5Damage(expected: "one object of that name", found: "several"))
    }
    let object = HDF5Object(attributes: attributes, dataset: nil, storage: nil)
    return HDF5Node(name: name, path: place, children: children, object: object)
  }

  private func name(_ range: Range<Int>, in place: String) throws(WeightFileError) -> String {
    guard (1...HDF5TreeWalk.longestName).contains(range.count) else {
      throw malformed(
        place, HDF5Damage(expected: "names of 1…\(HDF5TreeWalk.longestName) bytes", found: "\(range.count)"))
    }
    return file.text(range)
  }

  /// Counts an object and the bytes of its path, which the names in a file of this size cannot all share.
  private mutating func charge(_ place: String) throws(WeightFileError) {
    count += 1
    pathBytes += place.utf8.count
    if count > HDF5TreeWalk.mostNodes {
      throw malformed(place, HDF5Damage(expected: "at most \(HDF5TreeWalk.mostNodes) objects", found: "more"))
    }
    if pathBytes > 2 * file.bytes.count + 4096 {
      throw malformed(place, HDF5Damage(expected: "paths no longer than the file", found: "longer ones"))
    }
  }

  /// Nil for an object that is neither a group nor a dataset.
  private func dataset(_ header: HDF5ObjectHeader) throws(HDF5Damage) -> HDF5Object? {
    guard let space = header.first(.dataspace), let type = header.first(.datatype) else { return nil }
    guard !space.isShared else { throw HDF5Damage(expected: "a dataset's shape", found: "one kept elsewhere") }
    let datatype = type.isShared ? HDF5Datatype.named : try HDF5Datatype(file, type.body)
    let isFloat = if case .float = datatype.kind { true } else { false }
    let shape = try HDF5Dataspace.shape(file, space.body)
    return HDF5Object(
      attributes: try HDF5Attribute.all(file, header),
      dataset: .init(shape: shape ?? [], isFloat: isFloat, type: datatype.words),
      storage: HDF5Storage(header, type: datatype, isNull: shape == nil))
  }

  private func naming<Value>(
    _ place: String, _ body: () throws(HDF5Damage) -> Value
  ) throws(WeightFileError) -> Value {
    do { return try body() } catch { throw malformed(place, error) }
  }

  private func malformed(_ place: String, _ damage: HDF5Damage) -> WeightFileError {
    .malformed(path: path, what: JSONText.quoted("/\(place)"), expected: damage.expected, found: damage.found)
  }
}
