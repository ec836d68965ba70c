import ArgumentParser
import Files
import Raster
import Tensors

/// The program's root command.
@main
struct GazeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gaze",
    abstract: "See where a captioner looks.",
    discussion: """
      Example:
        gaze ~/Pictures
        gaze caption dog.jpg --beam 5

      In the browser Enter captions the selected image, l steps through the words and ? shows all keys.
      """,
    version: "0.1.0",
    subcommands: [
      AttendCommand.self, BenchmarkCommand.self, BrowseCommand.self, CaptionCommand.self, DoctorCommand.self,
      EvaluateCommand.self, FeaturesCommand.self, ImportCommand.self, InspectCommand.self, PreviewCommand.self,
      ScoreCommand.self, TrainCommand.self,
    ],
    defaultSubcommand: BrowseCommand.self)

  /// What follows the program's name, file names of any bytes among it.
  private static var arguments: [String] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { CommandLine.unsafeArgv[$0].map { FileName.text(cString: $0) } }
  }

  /// Runs the command asked for. Whatever goes wrong is told in one line on standard error.
  static func main() {
    BLAS.chooseKernels()
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      // Help and versions arrive here too, and a command that has already said what went wrong.
      if exitCode(for: error) == .success || error is ExitCode { exit(withError: error) }
      Diagnostics.say(message(for: error))
      exit(withError: exitCode(for: error))
    }
  }
}
