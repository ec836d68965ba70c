import TestSupport
import Testing

@testable import Gaze

@Suite("Benchmarks that would take all memory are refused")
struct BenchmarkMemoryTests {
  @Test(
    "in one line that says what makes them so large",
    arguments: [
      (
        ["decode", "--vocabulary", "1000000", "--width", "4096"],
        "--vocabulary 1000000, --width 4096 and --samples 5 would take about 49.2 GB of memory, expected at most 8.0 GB"
      ),
      (
        ["train-step", "--vocabulary", "1000000", "--width", "4096"],
        "--vocabulary 1000000, --width 4096 and --batch 32 would take about 132.9 GB of memory, "
          + "expected at most 8.0 GB"
      ),
      (
        ["encode", "--architecture", "inception_resnet_v2", "--batch", "1024"],
        "--batch 1024 would take about 32.8 GB of memory, expected at most 8.0 GB"
      ),
      (
        ["train-encoder", "--batch", "1024"],
        "--batch 1024 would take about 21.5 GB of memory, expected at most 8.0 GB"
      ),
    ]) func refused(arguments: [String], says: String) throws
  {
    let run = try ProgramRun(["benchmark"] + arguments)
    #expect(run.status == 64 && run.output.isEmpty && run.errors == "gaze: \(says)\n", "\(run.errors)")
  }

  @Test("what is usual is not") func usual() throws {
    try BenchmarkMemory.check("", BenchmarkMemory.decode(samples: 1024, vocabulary: 100_000, width: 1024))
    try BenchmarkMemory.check("", BenchmarkMemory.trainStep(batch: 1024, vocabulary: 20_000, width: 512))
    try BenchmarkMemory.check("", BenchmarkMemory.encode(.compact, batch: 1024))
    try BenchmarkMemory.check("", BenchmarkMemory.trainEncoder(batch: 256))
  }
}
