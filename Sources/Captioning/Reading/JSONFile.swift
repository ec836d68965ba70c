import Files
import SystemPackage

/// A JSON file read in one pass, with errors that name the file and the place.
package struct JSONFile {
  package let path: FilePath

  package init(path: FilePath) { self.path = path }

  /// Hands the file's bytes to `body`, which must read one value.
  package func read(_ body: (inout JSONScanner) throws -> Void) throws(CaptioningError) {
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch { throw .unreadable(reason: "\(error)") }
    let result = file.withBytes { bytes in
      Result { () throws(CaptioningError) in try read(bytes, body) }
    }
    try result.get()
  }

  /// The same of bytes that are the file's.
  func read(
    _ bytes: UnsafeRawBufferPointer, _ body: (inout JSONScanner) throws -> Void
  ) throws(CaptioningError) {
    do {
      var scanner = JSONScanner(bytes)
      try body(&scanner)
      try scanner.end()
    } catch let error as CaptioningError {
      throw error
    } catch let problem as JSONScanner.Problem {
      throw malformed("byte \(problem.offset)", problem.expected, String(problem.found.prefix(60)))
    } catch {
      throw .unreadable(reason: "\(error)")
    }
  }

  package func malformed(_ place: String, _ expected: String, _ found: String) -> CaptioningError {
    .malformed(path: path, place: place, expected: expected, found: found)
  }
}

extension JSONScanner {
  /// Reads an object's members by name; those not in `wanted` are skipped.
  /// - Parameter wanted: reads the value of a key and returns true, or leaves it and returns false.
  package mutating func members(_ wanted: (inout JSONScanner, String) throws -> Bool) throws {
    try object { scanner, key in
      if try !wanted(&scanner, key) { try scanner.skip() }
    }
  }
}
