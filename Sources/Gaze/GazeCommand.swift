import ArgumentParser
import Tensors

/// The program's root command.
@main
struct GazeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gaze",
    abstract: "See where a captioner looks.",
    version: "0.1.0",
    subcommands: [
      AttendCommand.self, BenchmarkCommand.self, BrowseCommand.self, CaptionCommand.self, DoctorCommand.self,
      EvaluateCommand.self, FeaturesCommand.self, ImportCommand.self, InspectCommand.self, PreviewCommand.self,
      ScoreCommand.self, TrainCommand.self,
    ],
    defaultSubcommand: BrowseCommand.self)

  /// Runs the command asked for. Whatever goes wrong is told in one line on standard error.
  static func main() {
    BLAS.restartWithBestKernels()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      // Help and versions arrive here too, and a command that has already said what went wrong.
      if exitCode(for: error) == .success || error is ExitCode { exit(withError: error) }
      Messages.say(message(for: error))
      exit(withError: exitCode(for: error))
    }
  }
}
