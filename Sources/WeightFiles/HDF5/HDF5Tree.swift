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
  public var dataset: Dataset? { object.dataset }
  /// A group's members by name, in the order of their names' bytes.
  public let children: [HDF5Node]
  /// What is needed to read a dataset's numbers, and the attributes.
  let object: HDF5Object

  public func child(_ name: String) -> HDF5Node? {
    var range = children.indices
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if children[middle].name.utf8.elementsEqual(name.utf8) { return children[middle] }
      let isBefore = children[middle].name.utf8.lexicographicallyPrecedes(name.utf8)
      range = isBefore ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }

  /// The dataset at a path below this node.
  public func dataset(_ path: String) -> Dataset? { node(path)?.dataset }

  /// The group or dataset at a path below this node, or this node for an empty one.
  func node(_ path: String) -> HDF5Node? {
    path.split(separator: "/").reduce(self) { $0?.child(String($1)) }
  }
}

/// What an object's header says, however many names the object has.
struct HDF5Object: Sendable {
  let attributes: [HDF5Attribute]
  /// Nil for a group.
  let dataset: HDF5Node.Dataset?
  let storage: HDF5Storage?
}
