import ArgumentParser
import Files
import Glibc
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
    version: ProgramVersion.text,
    subcommands: [
      AttendCommand.self, BenchmarkCommand.self, BrowseCommand.self, CaptionCommand.self, DoctorCommand.self,
      EvaluateCommand.self, FeaturesCommand.self, FindCommand.self, ImportCommand.self, InspectCommand.self,
      ManualCommand.self, PreviewCommand.self, ScoreCommand.self, TrainCommand.self,
    ],
    defaultSubcommand: BrowseCommand.self)

  /// What follows the program's name, file names of any bytes among it.
  private static var arguments: [String] {
    (1..<max(1, Int(CommandLine.argc))).compactMap { CommandLine.unsafeArgv[$0].map { FileName.text(cString: $0) } }
  }

  static func main() {
    BLAS.chooseKernels()
    leave(run())
  }

  /// Runs the command asked for. Whatever goes wrong is told in one line on standard error.
  private static func run() -> ExitCode {
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
      return .success
    } catch let code as ExitCode {
      // The command has already said what went wrong.
      return code
    } catch {
      let code = exitCode(for: error)
      // Help and versions arrive here too.
      guard code == .success else {
        Diagnostics.say(message(for: error))
        return code
      }
      return say(fullMessage(for: error))
    }
  }

  /// Prints help and the like.
  private static func say(_ text: String) -> ExitCode {
    do {
      try StandardOutput.write(text + "\n")
      return .success
    } catch {
      Diagnostics.say("\(error)")
      return .failure
    }
  }

  /// Ends the process, from whichever command, without running destructors: those of OpenBLAS and OpenSSL take away
  /// what threads that still compute are using, and they would crash.
  private static func leave(_ code: ExitCode) -> Never {
    fflush(nil)
    _exit(code.rawValue)
  }
}
