import ArgumentParser
import Files
import Tensors

/// `gaze benchmark`: how long the program's main kinds of work take on this machine.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Time the program's main kinds of work.",
    discussion: """
      Prints one JSON object: median, least and most milliseconds of the runs, after a tenth as many to warm up. \
      The work is the same on every machine: sizes are in the object, inputs are made up.

      Example:
        gaze benchmark encode --runs 50 --threads 1
        gaze benchmark decode --samples 5
        gaze benchmark preview photo.jpg
        gaze benchmark ui
        gaze benchmark ask
        gaze benchmark maps photo.jpg
      """,
    subcommands: [
      BenchmarkEncodeCommand.self, BenchmarkDecodeCommand.self, BenchmarkTrainStepCommand.self,
      BenchmarkTrainEncoderCommand.self, BenchmarkPreviewCommand.self, BenchmarkUICommand.self,
      BenchmarkAskCommand.self, BenchmarkMapsCommand.self,
    ])

  func run() throws {
    throw ValidationError("no work given: expected encode, decode, train-step, train-encoder, preview, ui, ask or maps")
  }
}

/// What every benchmark takes.
struct BenchmarkFlags: ParsableArguments {
  @Option(help: "Runs that are timed.")
  var runs = 30

  @Option(help: "Threads to use.")
  var threads = ThreadPool.availableProcessors

  func validate() throws {
    if !(1...1_000_000).contains(runs) { throw ValidationError("--runs: \(runs), expected 1…1000000") }
    try FlagCheck.checkThreads(threads)
  }

  /// Warms up, then times each run of `work`.
  func measure(_ work: () throws -> Void) rethrows -> Timings {
    let clock = ContinuousClock()
    return try collect { try clock.measure(work) / .milliseconds(1) }
  }

  /// The same of work that times itself, in milliseconds.
  func collect(_ work: () throws -> Double) rethrows -> Timings {
    for _ in 0..<max(1, runs / 10) { _ = try work() }
    return Timings(milliseconds: try (0..<runs).map { _ in try work() })
  }

  /// Prints the object: the timings, where they were taken, then what is the benchmark's own.
  func report(_ name: String, _ timings: Timings, more: [(String, OrderedJSON)] = [], sizes: [(String, OrderedJSON)])
    throws
  {
    let place: [(String, OrderedJSON)] = [("threads", .integer(threads)), ("blas", .string(BLAS.kernelName))]
    let object = OrderedJSON.object(
      [("name", .string(name)), ("runs", .integer(runs))] + timings.members + more + place
        + [("sizes", .object(sizes))])
    try StandardOutput.write(object.text + "\n")
  }
}

/// How long each run of something took.
struct Timings: Equatable {
  /// At least one.
  let milliseconds: [Double]

  /// The middle one; of an even number the mean of the two in the middle.
  var median: Double {
    let sorted = milliseconds.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  var members: [(String, OrderedJSON)] {
    [
      ("median_ms", Timings.number(median)), ("min_ms", Timings.number(milliseconds.min()!)),
      ("max_ms", Timings.number(milliseconds.max()!)),
    ]
  }

  /// To four places: more is noise.
  static func number(_ value: Double) -> OrderedJSON { .number((value * 10_000).rounded() / 10_000) }
}
