// `environ` is the C library's; nothing here changes it while others read.
@preconcurrency import Glibc

/// The environment the program was started in.
package enum ProcessEnvironment {
  /// Values by name, as `FileName` has text: a folder that `$HOME` names may have any bytes.
  package static var variables: [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = FileName.text(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next += 1
    }
    return variables
  }
}
