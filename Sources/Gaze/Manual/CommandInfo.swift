/// A command as the argument parser describes it.
struct CommandInfo: Decodable {
  struct Argument: Decodable {
    enum Kind: String, Decodable { case positional, option, flag }

    struct Name: Decodable {
      let kind: String
      let name: String

      /// As it is typed.
      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    let kind: Kind
    let shouldDisplay: Bool
    /// Of the group it is shown in; nil for the first.
    let sectionTitle: String?
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    /// The values it takes, where those are few.
    let allValues: [String]?
    let abstract: String?
    let discussion: String?
  }

  let commandName: String
  let superCommands: [String]?
  let shouldDisplay: Bool?
  let abstract: String?
  let discussion: String?
  let subcommands: [CommandInfo]?
  let arguments: [Argument]?

  /// As it is typed: `gaze benchmark ui`.
  var fullName: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

  /// Those that are shown, in their order; `help` is no command of ours.
  var shownSubcommands: [CommandInfo] {
    (subcommands ?? []).filter { $0.shouldDisplay ?? true && $0.commandName != "help" }
  }

  /// The command and all below it.
  var all: [CommandInfo] { [self] + shownSubcommands.flatMap(\.all) }
}
