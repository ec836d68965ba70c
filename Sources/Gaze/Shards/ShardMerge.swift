import Files
import Glibc
import SystemPackage

/// Puts the files of all shards together into one, once all are there and whole.
struct ShardMerge {
  /// The file to make.
  private let target: FilePath
  /// How many there are to be.
  private let count: Int
  private(set) var images = 0
  private(set) var failed = 0
  /// Why there is no such file, a line each.
  private(set) var problems: [String] = []
  /// What the first shard said.
  private var first: ShardSummary?

  /// Finds the shards beside the file that is to be made.
  /// - Throws: where there are none, or of several numbers.
  init(into target: FilePath) throws(CommandFailure) {
    self.target = target
    let counts = Self.counts(beside: target)
    guard let count = counts.first else {
      throw CommandFailure("\(target): no shards beside it, expected \(Shard(number: 1, count: 2)!.file(of: target))")
    }
    guard counts.count == 1 else {
      throw CommandFailure(
        "\(target): shards of \(counts.map(String.init).joined(separator: " and of ")) beside it, expected of one number"
      )
    }
    self.count = count
  }

  /// How many shards the names of the files there are speak of.
  private static func counts(beside target: FilePath) -> [Int] {
    let folder = target.removingLastComponent()
    let names = (folder.isEmpty ? "." : folder).names ?? []
    let counts = names.compactMap { component -> Int? in
      let text = FileName.text(component)
      guard let of = text.range(of: "-of-", options: .backwards) else { return nil }
      let number = text[..<of.lowerBound].reversed().prefix(while: \.isNumber).reversed()
      guard let number = Int(String(number)), let count = Int(String(text[of.upperBound...].prefix(while: \.isNumber))),
        let shard = Shard(number: number, count: count), FileName.name(shard.file(of: target)) == text
      else { return nil }
      return count
    }
    return Set(counts).sorted()
  }

  /// Makes the file, where there is no problem.
  mutating func run() throws {
    let missing = (1...count).filter { !Shard(number: $0, count: count)!.file(of: target).exists }
    if !missing.isEmpty {
      let some = missing.prefix(20).map(String.init).joined(separator: ", ")
      let more = missing.count > 20 ? " and \(missing.count - 20) more" : ""
      problems.append("\(target): \(missing.count) of \(count) shards are not there: \(some)\(more)")
      return
    }
    let file = try AtomicFile(path: target)
    for number in 1...count {
      let shard = Shard(number: number, count: count)!
      if let problem = try add(shard, to: file) { problems.append("\(shard.file(of: target)): \(problem)") }
    }
    if problems.isEmpty { try file.commit() }
  }

  /// - Returns: what is wrong with a shard.
  private mutating func add(_ shard: Shard, to file: AtomicFile) throws -> String? {
    let path = shard.file(of: target)
    let descriptor = try WholeFile.open(path)
    defer { close(descriptor) }
    var (lines, own, ownFailed) = (LineStream(descriptor, name: path), 0, 0)
    var summary: ShardSummary?
    while let (line, isEnded) = try lines.next() {
      guard isEnded, summary == nil, let told = CaptionFileLine(line) else {
        return "line \(own + 1) is not whole: run this shard again"
      }
      switch told {
      case .summary(let last): summary = last
      case .image(let image):
        guard shard.contains(image.path) else { return "line \(own + 1) is of an image of another shard" }
        own += 1
        if image.hasFailed { ownFailed += 1 }
        if problems.isEmpty { try file.write(Array(line) + [0x0A]) }
      }
    }
    images += own
    failed += ownFailed
    guard let summary else { return "not whole, \(own) images so far: run this shard again" }
    return problem(summary, of: shard, images: own, failed: ownFailed)
  }

  private mutating func problem(_ summary: ShardSummary, of shard: Shard, images: Int, failed: Int) -> String? {
    if summary.isOfALaterVersion { return "made by a later version of gaze" }
    if summary.shard != shard { return "its last line is of shard \(summary.shard.description)" }
    if summary.images != images || summary.failed != failed {
      return "\(images) images, expected \(summary.images): lines were lost, run this shard again with --overwrite"
    }
    guard let first else {
      self.first = summary
      return nil
    }
    if summary.weights != first.weights { return "drawn by other weights than shard \(first.shard.description)" }
    if summary.settings != first.settings {
      return "drawn otherwise (\(summary.settings)) than shard \(first.shard.description) (\(first.settings))"
    }
    if summary.listed != first.listed || summary.sum != first.sum {
      return "made from a list of \(summary.listed) names, shard \(first.shard.description) from another of "
        + "\(first.listed): run the shards of the older list again"
    }
    return nil
  }
}
