import Foundation
import TestSupport
import Testing

@testable import Gaze

@Suite("gaze train refuses what cannot be, in one line that names it")
struct TrainCommandTests {
  @Test(
    "flags that do not go together or lack a partner",
    arguments: [
      (["--teacher", "t"], "--images"), (["--images", "p"], "--annotations"),
      (["--teacher", "t", "--images", "p", "--annotations", "a"], "--annotations"),
      (["--teacher", "t", "--images", "p", "--freeze-encoder"], "--freeze-encoder"),
      (["--images", "p", "--annotations", "a", "--start", "s", "--encoder", "e"], "--start"),
      (["--images", "p", "--annotations", "a", "--loss", "least"], "--loss"),
      (["--images", "p", "--annotations", "a", "--objective", "self-critical"], "--start"),
      (["--images", "p", "--annotations", "a", "--objective", "luck"], "--objective"),
      (["--teacher", "t", "--images", "p", "--objective", "self-critical"], "--objective"),
      (["--images", "p", "--annotations", "a", "--start", "s", "--initial-state", "zeros"], "--initial-state"),
      (["--images", "p", "--annotations", "a", "--select", "luck"], "--select"),
      (["--images", "p", "--annotations", "a", "--sentences-per-step", "9"], "--sentences"),
      (["--teacher", "t", "--images", "p", "--sentences", "s"], "--sentences"),
      (["--teacher-weights", "t"], "--images"),
      (
        ["--teacher-weights", "t", "--images", "p", "--epochs", "1"],
        "--epochs: --teacher-weights without --annotations"
      ),
      (["--teacher-weights", "t", "--images", "p", "--annotations", "a", "--freeze-encoder"], "--freeze-encoder"),
      (
        ["--teacher-weights", "t", "--images", "p", "--annotations", "a", "--visits", "9"], "--visits: expected without"
      ),
      (["--teacher-weights", "t", "--images", "p", "--annotations", "a", "--held-out", "9"], "--held-out: expected"),
      (
        [
          "--teacher-weights", "t", "--images", "p", "--annotations", "a", "--start", "s", "--objective",
          "self-critical",
        ], "--teacher-weights: a reward is learnt without"
      ),
      (["--teacher-weights", "t", "--images", "p", "--teacher-views", "9"], "--teacher-views: expected with"),
      (["--teacher", "t", "--images", "p", "--distillation-weight", "1"], "--distillation-weight: expected with"),
      (["--images", "p", "--annotations", "a", "--teacher-views", "9"], "--teacher-views: expected with --teacher"),
      (["--teacher-weights", "t", "--images", "p", "--teacher", "v"], "--teacher brings what its teacher saw"),
      (["--teacher-weights", "t", "--images", "p", "--freeze-encoder"], "--freeze-encoder"),
      (["--images", "p", "--annotations", "a", "--visits", "9"], "expected with --teacher or --teacher-weights"),
      (
        ["--images", "p", "--annotations", "a", "--start", "s", "--objective", "self-critical", "--sentences", "s"],
        "--sentences"
      ),
    ])
  func flags(arguments: [String], says: String) throws {
    let run = try ProgramRun(["train", "--output", "nowhere.safetensors"] + arguments)
    #expect(run.status != 0 && run.output.isEmpty && run.errors.contains(says))
  }

  @Test("files that are not there or not what they should be") func files() throws {
    let folder = try CommandFolder([
      "a.json": #"{"images": [], "annotations": []}"#, "broken.safetensors": "no weights", "empty.txt": " \n",
    ])
    func complaint(_ arguments: [String]) throws -> String {
      let run = try ProgramRun(
        ["train", "--images", folder.path("."), "--output", folder.path("w.safetensors")] + arguments)
      #expect(run.status != 0 && run.output.isEmpty)
      return run.errors
    }
    let captions = ["--annotations", folder.path("a.json")]
    #expect(try complaint(["--teacher", folder.path("absent")]).contains("absent: No such file"))
    #expect(try complaint(["--teacher", folder.path("broken.safetensors")]).contains("broken.safetensors"))
    #expect(try complaint(["--teacher-weights", folder.path("absent")]).contains("absent: No such file"))
    #expect(try complaint(["--teacher-weights", folder.path("broken.safetensors")]).contains("broken.safetensors"))
    #expect(try complaint(captions + ["--encoder", folder.path("broken.safetensors")]).contains("broken.safetensors"))
    #expect(try complaint(captions + ["--freeze-encoder"]).contains("freezing the encoder"))
    #expect(try complaint(captions + ["--sentences", folder.path("absent")]).contains("absent: No such file"))
    #expect(try complaint(captions + ["--sentences", folder.path("empty.txt")]).contains("empty.txt"))
    #expect(try complaint(captions).contains("fewer than a batch"))
    #expect(try complaint(captions + ["--resume"]).contains("w.safetensors.checkpoint"))
    #expect(try folder.names == ["a.json", "broken.safetensors", "empty.txt"])
  }
}
