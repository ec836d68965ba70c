import CHDF5

/// Text attributes: arrays of strings of one fixed width, or of any.
enum HDF5Strings {
  /// More than any list of layers takes.
  private static let mostBytes = 64 << 20

  /// An attribute's strings in order; nil when it holds something else, or cannot be read. Called inside
  /// `HDF5Library.alone`.
  static func read(_ name: String, of owner: HDF5Handle) -> [String]? {
    guard let attribute = HDF5Handle(H5Aopen(owner.id, name, gaze_h5_default()), H5Aclose),
      let type = HDF5Handle(H5Aget_type(attribute.id), H5Tclose),
      let space = HDF5Handle(H5Aget_space(attribute.id), H5Sclose)
    else { return nil }
    let count = Int(H5Sget_simple_extent_npoints(space.id))
    // An empty list has lost its type: Keras writes an array of no numbers.
    if count == 0 { return [] }
    guard count > 0, H5Tget_class(type.id) == H5T_STRING else { return nil }
    return H5Tis_variable_str(type.id) > 0
      ? variable(attribute, type, space, count) : fixed(attribute, type, count)
  }

  private static func fixed(_ attribute: HDF5Handle, _ type: HDF5Handle, _ count: Int) -> [String]? {
    let width = H5Tget_size(type.id)
    let (size, overflow) = width.multipliedReportingOverflow(by: count)
    guard width > 0, !overflow, size <= mostBytes else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    guard H5Aread(attribute.id, type.id, &bytes) >= 0 else { return nil }
    // Padded with zeros, or, by other languages, with spaces.
    let padding: UInt8 = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD ? 0x20 : 0
    return (0..<count).map { index in
      let field = bytes[index * width..<(index + 1) * width]
      let end = padding == 0 ? field.firstIndex(of: 0) : field.lastIndex { $0 != padding }.map { $0 + 1 }
      return String(decoding: field[..<(end ?? (padding == 0 ? field.endIndex : field.startIndex))], as: UTF8.self)
    }
  }

  private static func variable(
    _ attribute: HDF5Handle, _ type: HDF5Handle, _ space: HDF5Handle, _ count: Int
  ) -> [String]? {
    guard count <= mostBytes / MemoryLayout<UnsafeMutablePointer<CChar>?>.stride else { return nil }
    var strings = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    guard H5Aread(attribute.id, type.id, &strings) >= 0 else { return nil }
    defer { H5Dvlen_reclaim(type.id, space.id, gaze_h5_default(), &strings) }
    return strings.map { $0.map { String(cString: $0) } ?? "" }
  }
}
