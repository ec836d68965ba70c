import ArgumentParser

/// The program's root command.
@main
struct GazeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gaze",
    abstract: "See where a captioner looks.",
    version: "0.1.0",
    subcommands: [BrowseCommand.self, PreviewCommand.self],
    defaultSubcommand: BrowseCommand.self)
}
