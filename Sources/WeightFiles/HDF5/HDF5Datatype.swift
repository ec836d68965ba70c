/// What the elements of a dataset or an attribute are.
struct HDF5Datatype: Sendable {
  enum Kind: Sendable, Equatable {
    /// Nil for an arrangement of bits that is not read.
    case float(HDF5Float?)
    case integer
    /// As many bytes each as the type is wide, the rest filled with zeros, or with spaces.
    case text(paddedWithSpaces: Bool)
    /// Of any length, kept in heaps.
    case variableText
    /// One that several datasets share, which is not looked for.
    case named
    case other
  }

  let kind: Kind
  /// Bytes an element takes.
  let size: Int

  static let named = HDF5Datatype(kind: .named, size: 0)

  private init(kind: Kind, size: Int) { (self.kind, self.size) = (kind, size) }

  init(_ file: HDF5Bytes, _ body: Range<Int>) throws(HDF5Damage) {
    var cursor = file.cursor(body)
    let (class_, flags) = (try cursor.byte() & 0xf, try cursor.number(3))
    size = try cursor.count(4)
    kind =
      switch class_ {
      case 0: .integer
      case 1: .float(try HDF5Float(&cursor, size: size, flags: flags))
      case 3: .text(paddedWithSpaces: flags & 0xf == 2)
      case 9: flags & 0xf == 1 ? .variableText : .other
      default: .other
      }
  }

  /// In words, for errors.
  var words: String {
    switch kind {
    case .float: "float\(8 * size)"
    case .integer: "int\(8 * size)"
    case .text, .variableText: "text"
    case .named: "elements of a named type"
    case .other: "another kind of element"
    }
  }
}

/// Floating-point numbers as files have them: IEEE 754's of 16, 32 and 64 bits and bfloat16, in either byte order.
struct HDF5Float: Sendable, Equatable {
  enum Width: Sendable {
    case half, brain, single, double
  }

  let width: Width
  let isBigEndian: Bool

  var size: Int {
    switch width {
    case .half, .brain: 2
    case .single: 4
    case .double: 8
    }
  }

  /// Where sign, exponent and mantissa lie, and the exponent's bias.
  private struct Fields: Equatable {
    var size, sign, exponent, exponentBits, mantissa, mantissaBits, bias: Int
  }

  private static let known: [(fields: Fields, width: Width)] = [
    (Fields(size: 2, sign: 15, exponent: 10, exponentBits: 5, mantissa: 0, mantissaBits: 10, bias: 15), .half),
    (Fields(size: 2, sign: 15, exponent: 7, exponentBits: 8, mantissa: 0, mantissaBits: 7, bias: 127), .brain),
    (Fields(size: 4, sign: 31, exponent: 23, exponentBits: 8, mantissa: 0, mantissaBits: 23, bias: 127), .single),
    (Fields(size: 8, sign: 63, exponent: 52, exponentBits: 11, mantissa: 0, mantissaBits: 52, bias: 1023), .double),
  ]

  /// The properties of a floating-point type; nil for an arrangement that is not among those above.
  init?(_ cursor: inout HDF5Cursor, size: Int, flags: UInt64) throws(HDF5Damage) {
    let (offset, precision) = (try cursor.count(2), try cursor.count(2))
    let (exponent, exponentBits) = (Int(try cursor.byte()), Int(try cursor.byte()))
    let (mantissa, mantissaBits) = (Int(try cursor.byte()), Int(try cursor.byte()))
    let fields = Fields(
      size: size, sign: Int(flags >> 8 & 0xff), exponent: exponent, exponentBits: exponentBits, mantissa: mantissa,
      mantissaBits: mantissaBits, bias: try cursor.count(4))
    // Bit 6 with bit 0 is the order of the VAX; 2 in bits 4 and 5 the mantissa's unwritten leading 1.
    let isIEEE = offset == 0 && precision == 8 * size && flags & 0x40 == 0 && flags >> 4 & 3 == 2
    guard isIEEE, let width = HDF5Float.known.first(where: { $0.fields == fields })?.width else { return nil }
    self.width = width
    isBigEndian = flags & 1 == 1
  }
}

/// How many elements there are along each axis.
enum HDF5Dataspace {
  /// More axes than the format allows.
  private static let mostAxes = 32

  /// The shape, outermost axis first, empty for one element; nil when there is not even one.
  static func shape(_ file: HDF5Bytes, _ body: Range<Int>) throws(HDF5Damage) -> [Int]? {
    var cursor = file.cursor(body)
    let version = try cursor.byte()
    guard version == 1 || version == 2 else {
      throw HDF5Damage(expected: "a dataspace of version 1 or 2", found: "version \(version)")
    }
    let axes = Int(try cursor.byte())
    guard axes <= mostAxes else { throw HDF5Damage(expected: "at most \(mostAxes) axes", found: "\(axes)") }
    try cursor.skip(1)
    let kind = try cursor.byte()
    if version == 2, kind == 2 { return nil }
    if version == 1 { try cursor.skip(4) }
    var shape: [Int] = []
    for _ in 0..<axes { shape.append(try cursor.length()) }
    // Leaves room for sizes in bytes, and for whoever multiplies by a few more.
    let product = shape.lazy.filter { $0 > 0 }.reduce((1, false)) { product, size in
      let (value, overflows) = product.0.multipliedReportingOverflow(by: size)
      return (value, product.1 || overflows || value > Int.max >> 8)
    }
    guard !product.1 else { throw HDF5Damage(expected: "a shape that memory can hold", found: "\(shape)") }
    return shape
  }
}
