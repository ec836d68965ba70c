import ArgumentParser
import Files
import SystemPackage

/// One of the equal parts that images are dealt into by their paths alone, so that no part changes when there are more
/// images or they come in another order.
struct Shard: Equatable, Sendable {
  /// 1…`count`.
  let number: Int
  /// ≥ 1.
  let count: Int

  static let all = Shard(number: 1, count: 1)!

  /// - Returns: nil when there is no such part.
  init?(number: Int, count: Int) {
    guard (1...1_000_000).contains(count), (1...count).contains(number) else { return nil }
    (self.number, self.count) = (number, count)
  }

  /// Whether a path is in this part.
  func contains(_ path: PathHash) -> Bool {
    path.value.multipliedFullWidth(by: UInt64(count)).high == UInt64(number - 1)
  }

  var description: String { "\(number)/\(count)" }

  /// The file of this part's captions: `captions.jsonl` makes `captions.03-of-64.jsonl`, and stays for a whole.
  func file(of path: FilePath) -> FilePath {
    if count == 1 { return path }
    let digits = "\(number)"
    let padding = String(repeating: "0", count: "\(count)".count - digits.count)
    let ending = FileName.name(path).dropFirst(FileName.stem(path).count)
    let name = "\(FileName.stem(path)).\(padding)\(digits)-of-\(count)\(ending)"
    return path.removingLastComponent().appending(FileName.path(name).components)
  }
}

extension Shard: ExpressibleByArgument {
  /// From `3/64`.
  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
    self.init(number: number, count: count)
  }
}

extension Shard {
  /// What a scheduler says of the process it started: the task of a Slurm array, the rank of an MPI run, or both, each
  /// task of the array then being as many parts as it has ranks.
  /// - Parameter variable: the environment.
  /// - Returns: nil where nobody says anything, also the names of the variables that said it.
  /// - Throws: where the tasks of an array are not in equal steps, of which nothing follows.
  static func scheduled(_ variable: (String) -> String?) throws(CommandFailure) -> (shard: Shard, by: String)? {
    func number(_ name: String) -> Int? { variable(name).flatMap { Int($0) } }
    var (index, count, names) = (0, 1, [String]())
    if let task = number("SLURM_ARRAY_TASK_ID") {
      let step = max(number("SLURM_ARRAY_TASK_STEP") ?? 1, 1)
      guard let first = number("SLURM_ARRAY_TASK_MIN"), let last = number("SLURM_ARRAY_TASK_MAX"),
        let tasks = number("SLURM_ARRAY_TASK_COUNT"), (first...max(first, last)).contains(task),
        (last - first) / step + 1 == tasks, (task - first) % step == 0
      else {
        throw CommandFailure(
          "SLURM_ARRAY_TASK_ID: of an array whose tasks are not in equal steps no shard follows; expected --shard K/N")
      }
      (index, count, names) = ((task - first) / step, tasks, ["SLURM_ARRAY_TASK_ID"])
    }
    for kind in ["OMPI_COMM_WORLD", "PMI"] {
      guard let rank = number("\(kind)_RANK"), let size = number("\(kind)_SIZE"), size > 0 else { continue }
      (index, count, names) = (index * size + rank, count * size, names + ["\(kind)_RANK"])
      break
    }
    guard count > 1, let shard = Shard(number: index + 1, count: count) else { return nil }
    return (shard, names.joined(separator: " and "))
  }
}
