import Foundation
import Testing

@testable import Files

@Suite struct ProcessEnvironmentTests {
  /// Bytes that are no UTF-8 are seen to in `OddNameTests`, in a process of its own.
  @Test func variablesAreThoseOfTheSystem() {
    let found = ProcessEnvironment.variables
    #expect(found["PATH"] == ProcessInfo.processInfo.environment["PATH"] && found["PATH"] != nil)
    #expect(found.count == ProcessInfo.processInfo.environment.count)
  }
}
