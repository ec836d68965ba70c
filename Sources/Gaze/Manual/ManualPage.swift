import Files

/// A command's page of the manual, in the `man` macros of roff.
struct ManualPage {
  private let command: CommandInfo
  /// The program's commands.
  private let all: [CommandInfo]
  private let version: String

  init(_ command: CommandInfo, of program: CommandInfo, version: String) {
    (self.command, self.version, all) = (command, version, program.all)
  }

  /// `gaze-caption`.
  var name: String { Self.name(command) }

  private static func name(_ command: CommandInfo) -> String { command.fullName.replacing(" ", with: "-") }

  var text: String {
    let head = [
      ".TH \(name.uppercased()) 1 \"\" \"gaze \(version)\" \"User Commands\"", ".SH NAME",
      "\(Self.escaped(name)) \\- \(Self.escaped(command.abstract ?? ""))", ".SH SYNOPSIS",
    ]
    let description = [".SH DESCRIPTION"] + Self.paragraphs(command.discussion ?? command.abstract ?? "")
    return (head + synopsis + description + options + commands + shared + others).joined(separator: "\n") + "\n"
  }

  // MARK: - Sections

  private var shown: [CommandInfo.Argument] { (command.arguments ?? []).filter(\.shouldDisplay) }

  private var synopsis: [String] {
    let values = shown.filter { $0.kind == .positional }.map { argument in
      let value = "\\fI\(Self.escaped(argument.valueName ?? "value"))\\fR" + (argument.isRepeating ? " ..." : "")
      return argument.isOptional ? "[\(value)]" : value
    }
    let own = "\\fB\(Self.escaped(command.fullName))\\fR [\\fIoptions\\fR] " + values.joined(separator: " ")
    return command.shownSubcommands.isEmpty
      ? [own] : [own, ".br", "\\fB\(Self.escaped(command.fullName))\\fR \\fIcommand\\fR ..."]
  }

  private var options: [String] {
    var lines = [".SH OPTIONS"]
    var titles: [String] = []
    for title in shown.map({ $0.sectionTitle ?? "" }) where !titles.contains(title) { titles.append(title) }
    for title in titles {
      if !title.isEmpty { lines.append(".SS \(Self.escaped(title))") }
      for argument in shown where argument.sectionTitle ?? "" == title { lines += Self.entry(argument) }
    }
    return lines
  }

  private static func entry(_ argument: CommandInfo.Argument) -> [String] {
    let value = argument.valueName.map { "\\fI\(escaped($0))\\fR" } ?? ""
    let names = (argument.names ?? []).sorted { $0.text.count < $1.text.count }
    var term = names.map { "\\fB\(escaped($0.text))\\fR" }.joined(separator: ", ")
    if argument.kind == .option { term += " \(value)" }
    if argument.kind == .positional { term = value }
    var text = [argument.abstract, argument.discussion].compactMap(\.self).filter { !$0.isEmpty }
      .joined(separator: " ")
    if let values = argument.allValues, values.count > 1, !values.allSatisfy(text.contains) {
      text += " One of \(values.joined(separator: ", "))."
    }
    if let value = argument.defaultValue, !value.isEmpty, argument.kind != .flag, !text.contains("default:") {
      text += " (default: \(value))"
    }
    return [".TP", term] + (text.isEmpty ? [".sp 0"] : paragraphs(text))
  }

  private var commands: [String] {
    if command.shownSubcommands.isEmpty { return [] }
    return [".SH COMMANDS"]
      + command.shownSubcommands.flatMap {
        [".TP", "\\fB\(Self.escaped(Self.name($0)))\\fR(1)", Self.escaped($0.abstract ?? "")]
      }
  }

  /// What all commands have in common.
  private var shared: [String] {
    [
      ".SH EXIT STATUS", "0 if all that was asked for was done; 130 where a signal ended a long run, which keeps what",
      "is done by then; another number else, with the reason in one line on standard error.", ".SH ENVIRONMENT", ".TP",
      ".B GAZE_WEIGHTS", "The weights to run where \\fB\\-\\-weights\\fR is not given.", ".TP", ".B NO_COLOR",
      "Colours are left out where it is set.", ".SH FILES", ".TP", ".I $XDG_CONFIG_HOME/gaze/config.toml",
      "Settings of the browser.", ".TP", ".I $XDG_CONFIG_HOME/gaze/themes", "Themes of your own.", ".TP",
      ".I PREFIX/share/gaze", "The weights and themes that came with the program.",
    ]
  }

  private var others: [String] {
    let names = all.filter { $0.fullName != command.fullName }.map { "\\fB\(Self.escaped(Self.name($0)))\\fR(1)" }
    return [".SH SEE ALSO", names.joined(separator: ",\n")]
  }

  // MARK: - Text

  /// Running text, and what is indented as it stands.
  static func paragraphs(_ text: String) -> [String] {
    var (lines, isCode) = ([String](), false)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isIndented = line.hasPrefix("  ")
      if isIndented != isCode {
        lines.append(isIndented ? ".RS 2\n.nf" : ".fi\n.RE")
        isCode = isIndented
      }
      lines.append(line.isEmpty ? ".PP" : escaped(String(isIndented ? line.dropFirst(2) : line)))
    }
    return isCode ? lines + [".fi", ".RE"] : lines
  }

  /// Text whose characters roff takes for nothing but themselves.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in PrintableText.line(text) {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'" where result.isEmpty, "." where result.isEmpty: result += "\\&\(character)"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      default: result.append(character)
      }
    }
    return result
  }
}
