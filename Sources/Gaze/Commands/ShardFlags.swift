import ArgumentParser
import Captioning
import Glibc
import SystemPackage

/// Captions of one of many processes, in a file of its own.
struct ShardFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Caption only the images of shard K of N, dealt by their paths (default: as the Slurm array or MPI says).",
      valueName: "K/N"))
  var shard: Shard?

  @Option(
    help: ArgumentHelp(
      "Write JSON Lines to this file, or go on with it; shard 3 of 64 of a.jsonl is a.03-of-64.jsonl.",
      valueName: "file"))
  var output: FilePath?

  @Flag(help: "Put the files of all shards together into --output, once all are there and whole.")
  var merge = false

  @OptionGroup var leave: OverwriteFlag

  func validate() throws {
    try leave.checkUse([output], of: "--output")
    if output == "-" { throw ValidationError("--output -: expected a file; --json writes to standard output") }
  }

  /// - Parameter isAlone: whether nothing is named to be captioned.
  /// - Returns: whether shards are to be merged.
  func checkMerge(isAlone: Bool) throws -> Bool {
    guard merge else { return false }
    if output == nil { throw ValidationError("--merge: expected with --output and the file to make") }
    if !isAlone || shard != nil { throw ValidationError("--merge: expected with --output alone") }
    return true
  }

  /// The shard to caption; said where nobody asked for one.
  func chosen() throws -> Shard {
    if let shard { return shard }
    guard let (shard, names) = try Shard.scheduled({ getenv($0).map { String(cString: $0) } }) else { return .all }
    Diagnostics.say("shard \(shard.description) of the images, as \(names) says; --shard 1/1 captions all")
    return shard
  }

  /// The file for a shard's captions; nil where they go to standard output.
  func file(of shard: Shard, weights: WeightsIdentity, settings: DecodingSettings) throws -> CaptionFile? {
    try output.map {
      try CaptionFile(shard.file(of: $0), weights: weights, settings: settings, replaces: leave.overwrite)
    }
  }

  /// Makes one file of all shards.
  func mergeAll() throws {
    guard let output else { return }
    try leave.check("--output", output)
    var merging = try ShardMerge(into: output)
    try merging.run()
    merging.problems.forEach(Diagnostics.say)
    if !merging.problems.isEmpty { throw ExitCode.failure }
    let failed = merging.failed > 0 ? ", \(merging.failed) of them failed" : ""
    Diagnostics.say("\(merging.images) images\(failed)")
  }
}
