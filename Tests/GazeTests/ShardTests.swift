import SystemPackage
import Testing

@testable import Gaze

@Suite("Images are dealt into shards by their paths") struct ShardTests {
  private static let paths = (0..<10_000).map { FilePath("photos/\($0 % 97)/\($0).jpg") }

  @Test("each image is in one shard, and shards are of one size within chance", arguments: [1, 2, 3, 7, 64])
  func dealing(count: Int) {
    var sizes = [Int](repeating: 0, count: count)
    for path in Self.paths {
      let shards = (1...count).filter { Shard(number: $0, count: count)!.contains(PathHash(path)) }
      #expect(shards.count == 1, "\(path)")
      sizes[shards[0] - 1] += 1
    }
    let mean = Double(Self.paths.count) / Double(count)
    // Five standard deviations of a fair deal.
    for size in sizes { #expect(abs(Double(size) - mean) <= 5 * mean.squareRoot(), "\(sizes)") }
  }

  @Test("a path's hash never changes, or other runs' shards would") func values() {
    #expect(PathHash("").value == 0xEFD0_1F60_BA99_2926)
    #expect(PathHash("a.jpg").value == 0x57E4_5B66_C4C4_01A7)
    #expect(PathHash("/photos/é 1.png").value == 0x9542_F3E0_778B_7A1B)
  }

  @Test("K/N is read, and nothing else") func arguments() {
    #expect(Shard(argument: "3/64") == Shard(number: 3, count: 64))
    for text in ["", "3", "0/4", "5/4", "-1/4", "1/0", "a/b", "1/2/3", "/2", "1/", "1.5/2"] {
      #expect(Shard(argument: text) == nil, "\(text)")
    }
  }

  @Test("a shard's file has its number, in as many digits as there are shards") func files() {
    func name(_ number: Int, _ count: Int, _ path: FilePath) -> FilePath {
      Shard(number: number, count: count)!.file(of: path)
    }
    #expect(name(3, 64, "out/captions.jsonl") == "out/captions.03-of-64.jsonl")
    #expect(name(3, 4, "captions") == "captions.3-of-4" && name(7, 1000, "a.b.jsonl") == "a.b.0007-of-1000.jsonl")
    #expect(name(1, 1, "captions.jsonl") == "captions.jsonl")
  }

  private func scheduled(_ variables: [String: String]) throws -> String? {
    try Shard.scheduled { variables[$0] }?.shard.description
  }

  private func array(_ task: Int, _ range: ClosedRange<Int>, step: Int = 1, count: Int) -> [String: String] {
    [
      "SLURM_ARRAY_TASK_ID": "\(task)", "SLURM_ARRAY_TASK_MIN": "\(range.lowerBound)",
      "SLURM_ARRAY_TASK_MAX": "\(range.upperBound)", "SLURM_ARRAY_TASK_STEP": "\(step)",
      "SLURM_ARRAY_TASK_COUNT": "\(count)",
    ]
  }

  @Test("the shard is what Slurm and MPI say, wherever their counting begins") func scheduler() throws {
    #expect(try scheduled([:]) == nil)
    #expect(try scheduled(array(0, 0...63, count: 64)) == "1/64" && scheduled(array(64, 1...64, count: 64)) == "64/64")
    #expect(try scheduled(array(20, 10...40, step: 10, count: 4)) == "2/4")
    #expect(try scheduled(array(5, 5...5, count: 1)) == nil, "one task is the whole")
    #expect(try scheduled(["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"]) == "3/4")
    #expect(try scheduled(["PMI_RANK": "0", "PMI_SIZE": "2"]) == "1/2")
    #expect(try scheduled(["PMI_RANK": "0", "PMI_SIZE": "1"]) == nil)
    let both = array(3, 1...3, count: 3).merging(["PMI_RANK": "1", "PMI_SIZE": "2"]) { $1 }
    #expect(try scheduled(both) == "6/6")
  }

  @Test("an array with gaps, as when some tasks are run again, is refused rather than dealt anew") func gaps() {
    #expect(throws: CommandFailure.self) { try scheduled(array(17, 3...17, count: 2)) }
    #expect(throws: CommandFailure.self) { try scheduled(["SLURM_ARRAY_TASK_ID": "3"]) }
  }
}
