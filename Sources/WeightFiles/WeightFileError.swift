import Files
import SystemPackage

/// What is wrong with a file of tensors. The description is one line: which file, what, what was expected and found.
public enum WeightFileError: Error, CustomStringConvertible, Equatable {
  /// The file cannot be opened, read or written.
  case file(FileError)
  /// The bytes break the format's rules.
  case malformed(path: FilePath, what: String, expected: String, found: String)
  /// There is no tensor of that name.
  case missing(path: FilePath, tensor: String)
  /// A tensor is there with another shape or type than needed.
  case mismatch(path: FilePath, tensor: String, expected: String, found: String)
  /// What was to be written cannot be represented.
  case unwritable(path: FilePath, what: String)

  public var description: String {
    switch self {
    case .file(let error): error.description
    case .malformed(let path, let what, let expected, let found):
      "\(path): \(what): expected \(expected), found \(found)"
    case .missing(let path, let tensor): "\(path): there is no tensor \(JSONText.quoted(tensor))"
    case .mismatch(let path, let tensor, let expected, let found):
      "\(path): tensor \(JSONText.quoted(tensor)): expected \(expected), found \(found)"
    case .unwritable(let path, let what): "cannot write \(path): \(what)"
    }
  }

  /// Runs `body`, whose errors are those of files.
  package static func ofFile<Value>(_ body: () throws(FileError) -> Value) throws(WeightFileError) -> Value {
    do { return try body() } catch { throw .file(error) }
  }
}
