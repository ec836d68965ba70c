import Files
import SystemPackage

/// The header of a safetensors file, read and checked against the bytes that follow it.
struct SafetensorsHeader {
  private(set) var metadata: [String: String] = [:]
  /// By position in the file; empty tensors that share a position by name.
  private(set) var names: [String] = []
  private(set) var infos: [String: SafetensorsFile.TensorInfo] = [:]

  private let path: FilePath
  /// Where the data begins, and how much there is.
  private let dataStart: Int
  private let dataCount: Int

  /// - Parameter file: the whole file.
  init(_ file: UnsafeRawBufferPointer, path: FilePath) throws(WeightFileError) {
    self.path = path
    func malformed(_ what: String, _ expected: String, _ found: String) -> WeightFileError {
      .malformed(path: path, what: what, expected: expected, found: found)
    }
    guard file.count >= 8 else { throw malformed("not a safetensors file", "at least 8 bytes", "\(file.count)") }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(SafetensorsFile.longestHeader) else {
      throw malformed(
        "not a safetensors file", "a header of at most \(SafetensorsFile.longestHeader) bytes", "\(length)")
    }
    guard file.count - 8 >= Int(length) else {
      throw malformed("the file is cut short", "a header of \(length) bytes", "\(file.count - 8) bytes")
    }
    dataStart = 8 + Int(length)
    dataCount = file.count - dataStart
    guard length > 0, file[8] == UInt8(ascii: "{") else {
      throw malformed("not a safetensors file", "a header that starts with {", "something else")
    }
    do {
      try read(UnsafeRawBufferPointer(rebasing: file[8..<dataStart]))
    } catch let problem as JSONScanner.Problem {
      throw malformed("header, byte \(problem.offset)", problem.expected, problem.found)
    } catch {
      throw error as! WeightFileError  // nothing else is thrown inside
    }
    try checkTiling()
  }

  private mutating func read(_ bytes: UnsafeRawBufferPointer) throws {
    var scanner = JSONScanner(bytes)
    var hasMetadata = false
    try scanner.object { scanner, name in
      if name == "__metadata__" {
        if hasMetadata { throw malformed("__metadata__", "one", "a second") }
        hasMetadata = true
        try readMetadata(&scanner)
      } else {
        let info = try readTensor(&scanner, name)
        if infos.updateValue(info, forKey: name) != nil {
          throw malformed("tensor \(JSONText.quoted(name))", "one", "a second")
        }
      }
    }
    try scanner.end()
  }

  private mutating func readMetadata(_ scanner: inout JSONScanner) throws {
    try scanner.object { scanner, key in
      guard try scanner.kind() == .string else {
        throw malformed("__metadata__, \(JSONText.quoted(key))", "a string", "a different kind of value")
      }
      if metadata.updateValue(try scanner.string(), forKey: key) != nil {
        throw malformed("__metadata__, \(JSONText.quoted(key))", "one", "a second")
      }
    }
  }

  private func readTensor(_ scanner: inout JSONScanner, _ name: String) throws -> SafetensorsFile.TensorInfo {
    var dtype: SafetensorsFile.ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object { scanner, key in
      switch key {
      case "dtype" where dtype == nil:
        let text = try scanner.string()
        dtype = SafetensorsFile.ElementType(rawValue: text)
        if dtype == nil { throw malformed("tensor \(JSONText.quoted(name))", "a known dtype", JSONText.quoted(text)) }
      case "shape" where shape == nil: shape = try sizes(&scanner)
      case "data_offsets" where offsets == nil: offsets = try sizes(&scanner)
      default:
        throw malformed(
          "tensor \(JSONText.quoted(name))", "dtype, shape and data_offsets, once each", JSONText.quoted(key))
      }
    }
    guard let dtype, let shape, let offsets, offsets.count == 2 else {
      throw malformed("tensor \(JSONText.quoted(name))", "dtype, shape and two data_offsets", "fewer or more")
    }
    return try info(name, dtype, shape, offsets[0], offsets[1])
  }

  /// Whole numbers that are not negative.
  private func sizes(_ scanner: inout JSONScanner) throws -> [Int] {
    var result: [Int] = []
    try scanner.array { scanner in
      let start = scanner.offset
      let size = try scanner.integer()
      if size < 0 {
        throw JSONScanner.Problem(offset: start, expected: "a number that is not negative", found: "\(size)")
      }
      result.append(size)
    }
    return result
  }

  private func info(
    _ name: String, _ dtype: SafetensorsFile.ElementType, _ shape: [Int], _ begin: Int, _ end: Int
  ) throws(WeightFileError) -> SafetensorsFile.TensorInfo {
    guard begin <= end, end <= dataCount else {
      throw malformed(
        "tensor \(JSONText.quoted(name))", "data_offsets within \(dataCount) bytes of data", "\(begin)..<\(end)")
    }
    var bytes = dtype.size
    for size in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      if overflow { throw malformed("tensor \(JSONText.quoted(name))", "a shape that fits in memory", "\(shape)") }
      bytes = product
    }
    guard bytes == end - begin else {
      throw malformed(
        "tensor \(JSONText.quoted(name))", "\(bytes) bytes for \(dtype.rawValue) \(shape)", "\(end - begin)")
    }
    return .init(dtype: dtype, shape: shape, byteRange: dataStart + begin..<dataStart + end)
  }

  /// Orders the names by position and checks that the tensors cover the data exactly.
  private mutating func checkTiling() throws(WeightFileError) {
    let sorted = infos.sorted {
      ($0.value.byteRange.lowerBound, $0.value.byteRange.upperBound, $0.key)
        < ($1.value.byteRange.lowerBound, $1.value.byteRange.upperBound, $1.key)
    }
    var end = dataStart
    for (name, info) in sorted {
      guard info.byteRange.lowerBound == end else {
        let found = info.byteRange.lowerBound - dataStart
        throw malformed(
          "tensor \(JSONText.quoted(name))", "data that begins at \(end - dataStart), where the last ends", "\(found)")
      }
      end = info.byteRange.upperBound
    }
    guard end == dataStart + dataCount else {
      throw malformed("data", "\(end - dataStart) bytes, as many as the tensors hold", "\(dataCount)")
    }
    names = sorted.map(\.key)
  }

  private func malformed(_ what: String, _ expected: String, _ found: String) -> WeightFileError {
    .malformed(path: path, what: what, expected: expected, found: found)
  }
}
