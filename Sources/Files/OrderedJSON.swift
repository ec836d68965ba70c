/// A JSON value whose keys keep their order.
package indirect enum OrderedJSON {
  case object([(String, OrderedJSON)])
  case array([OrderedJSON])
  case string(String)
  case integer(Int)
  case unsigned(UInt64)
  case number(Double)
  case single(Float)
  case boolean(Bool)
  case null
  /// What is JSON already, passed on byte for byte.
  case verbatim(String)

  /// On one line, without spaces.
  package var text: String {
    switch self {
    case .object(let members):
      "{" + members.map { "\(JSONText.quoted($0.0)):\($0.1.text)" }.joined(separator: ",") + "}"
    case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
    case .string(let value): JSONText.quoted(value)
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .number(let value): JSONText.number(value)
    case .single(let value): JSONText.number(value)
    case .boolean(let value): value ? "true" : "false"
    case .null: "null"
    case .verbatim(let text): text
    }
  }
}
