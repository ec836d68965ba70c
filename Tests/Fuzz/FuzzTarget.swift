import SystemPackage
import TestSupport

/// A target by its name, made when it is needed: some take a training run.
typealias NamedTarget = (name: String, make: () throws -> FuzzTarget)

/// A kind of file that gaze reads: some whole files of it, and what reading a damaged one comes to.
struct FuzzTarget {
  /// What came of reading.
  enum Outcome: Equatable {
    /// Something was read.
    case read
    /// It was refused in one line.
    case refused
    /// What must not happen, in words.
    case wrong(String)
  }

  let name: String
  let files: [(name: String, bytes: [UInt8])]
  /// Makes checksums right again, without which nothing of a damaged file would be looked at.
  var repair: @Sendable ([UInt8]) -> [UInt8] = { $0 }
  let read: ([UInt8]) -> Outcome

  /// The damaged file of a number; the same for the same number and seed.
  func bytes(_ index: Int, seed: UInt64) -> (name: String, bytes: [UInt8]) {
    var mutator = Mutator(seed: seed &* 0x9E37_79B9 &+ UInt64(index))
    let file = files[index % files.count]
    let other = files.randomElement(using: &mutator)!.bytes
    let damaged = mutator.damaged(file.bytes, other: other)
    return (file.name, Bool.random(using: &mutator) ? repair(damaged) : damaged)
  }

  /// Whether an error is one line that names its file, as every error is to be.
  static func refusal(_ error: any Error, naming file: FilePath? = nil) -> Outcome {
    let line = "\(error)"
    let isOneLine = !line.unicodeScalars.contains { $0.properties.generalCategory == .control }
    let isNamed = file.map { line.contains("\($0)") } ?? true
    return isOneLine && isNamed && line.utf8.count < 2000
      ? .refused : .wrong("no error of one line that names its file: \(line.prefix(300))")
  }
}
