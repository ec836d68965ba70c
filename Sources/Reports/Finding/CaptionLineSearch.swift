import Files
import Foundation
import Synchronization

/// Searches `gaze caption --json` of any length, on all processors, a part of some megabytes at a time.
package struct CaptionLineSearch: Sendable {
  /// What was found, and which lines could not be read.
  package struct Outcome: Sendable {
    /// One word of each image that has one, the first by the order, as the file has them.
    package fileprivate(set) var found: [FoundWord] = []
    package fileprivate(set) var problems: [BadLine] = []
    /// How many lines there are; empty ones do not count.
    package fileprivate(set) var lines = 0
  }

  package struct BadLine: Sendable, Equatable {
    /// From 1.
    package let line: Int
    package let problem: JSONScanner.Problem
  }

  private let query: WordQuery
  private let order: FindOrder?
  private let partSize: Int

  /// - Parameters:
  ///   - order: of several words of an image the first by it is taken, or the first there is.
  ///   - partSize: in bytes; a part ends where its last line does.
  package init(_ query: WordQuery, order: FindOrder?, partSize: Int = 4 << 20) {
    (self.query, self.order, self.partSize) = (query, order, partSize)
  }

  /// - Parameters:
  ///   - bytes: of the whole file.
  ///   - isDone: told of each part that will not be read again.
  package func run(
    _ bytes: UnsafeRawBufferPointer, isDone: @Sendable (UnsafeRawBufferPointer) -> Void = { _ in }
  ) -> Outcome {
    let parts = Self.parts(bytes, size: partSize)
    let outcomes = Mutex([Part](repeating: Part(), count: parts.count))
    // `UnsafeRawBufferPointer` is not Sendable; the bytes are only read, and outlive the call.
    nonisolated(unsafe) let shared = bytes
    DispatchQueue.concurrentPerform(iterations: parts.count) { index in
      let part = UnsafeRawBufferPointer(rebasing: shared[parts[index]])
      let outcome = search(part)
      isDone(part)
      outcomes.withLock { $0[index] = outcome }
    }
    return joined(outcomes.withLock { $0 })
  }

  /// The parts' own line numbers begin at 1.
  private struct Part: Sendable {
    var outcome = Outcome()
    /// Empty ones among them.
    var lineBreaks = 0
  }

  private func joined(_ parts: [Part]) -> Outcome {
    var all = Outcome()
    var before = 0
    for part in parts {
      all.lines += part.outcome.lines
      all.problems += part.outcome.problems.map { BadLine(line: $0.line + before, problem: $0.problem) }
      all.found += part.outcome.found.map { word in
        var word = word
        word.line += before
        return word
      }
      before += part.lineBreaks
    }
    return all
  }

  private static func parts(_ bytes: UnsafeRawBufferPointer, size: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    while start < bytes.count {
      let least = min(start + max(size, 1), bytes.count)
      let end = least + (length(bytes, from: least - 1) ?? bytes.count - least)
      parts.append(start..<end)
      start = end
    }
    return parts
  }

  /// How many bytes come before the next line break; nil where there is none.
  private static func length(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard start < bytes.count, let base = bytes.baseAddress,
      let place = memchr(base + start, 0x0A, bytes.count - start)
    else { return nil }
    return UnsafeRawPointer(place) - (base + start)
  }

  private func search(_ bytes: UnsafeRawBufferPointer) -> Part {
    var part = Part()
    var start = 0
    while start < bytes.count {
      let length = Self.length(bytes, from: start)
      let line = UnsafeRawBufferPointer(rebasing: bytes[start..<start + (length ?? bytes.count - start)])
      start += line.count + 1
      part.lineBreaks += 1
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      part.outcome.lines += 1
      do {
        guard var found = try CaptionLineFinder.find(query, in: line, order: order) else { continue }
        found.line = part.lineBreaks
        part.outcome.found.append(found)
      } catch let problem as JSONScanner.Problem {
        part.outcome.problems.append(BadLine(line: part.lineBreaks, problem: problem))
      } catch {
        // Nothing else is thrown by what scans; a line is never passed over in silence all the same.
        let problem = JSONScanner.Problem(offset: 0, expected: "a line of gaze caption --json", found: "\(error)")
        part.outcome.problems.append(BadLine(line: part.lineBreaks, problem: problem))
      }
    }
    return part
  }
}
