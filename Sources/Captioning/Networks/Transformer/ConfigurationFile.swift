import Files
import Foundation
import SystemPackage

/// A JSON file of a Hugging Face folder, or an object within it.
struct ConfigurationFile {
  let path: FilePath
  /// Keys on the way to this object, for messages.
  private let place: String
  private let values: [String: Any]

  /// - Throws: `CaptioningError` where the file cannot be read or is no JSON object.
  init(path: FilePath) throws {
    self.path = path
    place = ""
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch { throw CaptioningError.unreadable(reason: error.description) }
    guard let values = try? JSONSerialization.jsonObject(with: file.withBytes { Data($0) }) as? [String: Any] else {
      throw CaptioningError.malformed(path: path, place: "the file", expected: "a JSON object", found: "something else")
    }
    self.values = values
  }

  private init(path: FilePath, place: String, values: [String: Any]) {
    (self.path, self.place, self.values) = (path, place, values)
  }

  /// Whether a key is there with something other than null.
  func has(_ key: String) -> Bool { values[key].map { !($0 is NSNull) } ?? false }

  /// An object within; empty where it is missing, so that every value is its default.
  func section(_ key: String) -> ConfigurationFile {
    ConfigurationFile(path: path, place: "\(place)\(key).", values: values[key] as? [String: Any] ?? [:])
  }

  /// A whole number in `range`.
  func integer(_ key: String, _ range: ClosedRange<Int>, default standard: Int? = nil) throws -> Int {
    guard has(key) else { return try standard ?? missing(key) }
    guard let number = values[key] as? NSNumber, let value = Int(exactly: number.doubleValue), range.contains(value)
    else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func number(_ key: String, default standard: Double) throws -> Double {
    guard has(key) else { return standard }
    guard let number = values[key] as? NSNumber, number.doubleValue.isFinite else { throw wrong(key, "a number") }
    return number.doubleValue
  }

  func numbers(_ key: String, count: Int, default standard: [Double]) throws -> [Double] {
    guard has(key) else { return standard }
    guard let list = values[key] as? [NSNumber], list.count == count, list.allSatisfy({ $0.doubleValue.isFinite })
    else {
      throw wrong(key, "\(count) numbers")
    }
    return list.map(\.doubleValue)
  }

  func string(_ key: String) -> String? { values[key] as? String }

  func strings(_ key: String) -> [String] { values[key] as? [String] ?? [] }

  func boolean(_ key: String, default standard: Bool) -> Bool { values[key] as? Bool ?? standard }

  func wrong(_ key: String, _ expected: String) -> CaptioningError {
    .malformed(path: path, place: "\(place)\(key)", expected: expected, found: found(key))
  }

  private func missing(_ key: String) throws -> Int { throw wrong(key, "a whole number") }

  /// A value in a message, cut short.
  private func found(_ key: String) -> String {
    guard let value = values[key] else { return "nothing" }
    return switch value {
    case let text as String: JSONText.quoted(String(text.prefix(40)))
    case let number as NSNumber: "\(number)"
    case is NSNull: "null"
    case is [Any]: "a list"
    default: "an object"
    }
  }
}
