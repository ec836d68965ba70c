import ArgumentParser
import Captioning
import Files
import SystemPackage
import Tensors
import WeightFiles

/// `gaze inspect`: what a weights file or folder holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Describe a weights file, or a captioner's folder.",
    discussion: """
      Example:
        gaze inspect mine.safetensors --json
        gaze inspect blip-image-captioning-base
      """)

  @Argument(help: ArgumentHelp("A weights file or folder; by default the one gaze would use.", valueName: "file"))
  var file: FilePath?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let report = WeightsReport(try WeightsContents(path: file ?? ProgramFiles.weights(flag: nil)))
    try StandardOutput.write(json ? report.json.text + "\n" : report.lines.joined(separator: "\n") + "\n")
  }
}
