import ArgumentParser
import Captioning
import Files
import Foundation
import Raster
import SystemPackage
import Tensors
import Terminal
import WeightFiles

/// `gaze doctor`: what was decided about this terminal and machine, and why.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what was decided about the terminal and the machine, and why.",
    discussion: """
      Example:
        gaze doctor
      """)

  @Option(
    help: ArgumentHelp("Weights to look at; else $GAZE_WEIGHTS, else those that came with gaze.", valueName: "file"))
  var weights: FilePath?

  func run() throws {
    // Weights asked for by name have to be there; without any, that is a finding.
    if weights != nil { _ = try ProgramFiles.weights(flag: weights) }
    let lines = Doctor(environment: ProcessEnvironment.variables, weightsFlag: weights).lines
    let text = lines.map { $0.topic.padded(to: 12) + PrintableText.line($0.finding) + "\n" }.joined()
    try StandardOutput.write(text)
  }
}

/// The findings, each made by a function of its own.
struct Doctor {
  typealias Line = (topic: String, finding: String)

  let environment: [String: String]
  let weightsFlag: FilePath?

  var lines: [Line] {
    [
      ("gaze", ProgramVersion.text), ("program", ProgramFiles.executable.description),
      ("terminal", terminal), ("size", size), ("terminfo", findings.terminfo), ("colours", colors),
      ("locale", locale), ("glyphs", GlyphSupport.detect().reason),
      ("symbols", GlyphSupport.detect().symbolsReason(in: decision.depth)),
      ("mouse", findings.mouse), ("BLAS", "\(BLAS.kernelName) kernels: \(BLAS.decision)"), ("library", BLAS.library),
      ("threads", threads), ("weights", weights), ("themes", folder("Themes")), ("decoders", decoders),
    ]
  }

  var terminal: String {
    guard let term = environment["TERM"], !term.isEmpty else { return "TERM is not set" }
    let hints = ["TERM_PROGRAM", "COLORTERM", "NO_COLOR", "TMUX", "SSH_CONNECTION"].compactMap { name in
      environment[name].map { "\(name)=\($0)" }
    }
    let output = isatty(STDOUT_FILENO) == 1 ? "standard output is a terminal" : "standard output is not a terminal"
    return (["TERM=\(term)"] + hints + [output]).joined(separator: ", ")
  }

  var size: String {
    var window = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else {
      return "unknown: not a terminal"
    }
    return "\(window.ws_col) columns, \(window.ws_row) rows"
  }

  var colors: String {
    "\(decision.depth.rawValue): \(decision.reason); --color decides otherwise"
  }

  private var decision: ColorDecision { ColorDecision.ofProcess(flag: nil) }
  private var findings: TerminalFindings { TerminalFindings(environment: environment, decision: decision) }

  var locale: String {
    GlyphSupport.enterLocale()
    let name = setlocale(LC_CTYPE, nil).map { String(cString: $0) } ?? "unknown"
    return "\(name), characters in \(String(cString: nl_langinfo(Int32(CODESET))))"
  }

  var threads: String {
    "\(ThreadPool.availableProcessors) by default, as many as this process may run on; "
      + "the machine has \(ProcessInfo.processInfo.processorCount) processors"
  }

  var weights: String {
    do {
      let path = try ProgramFiles.weights(flag: weightsFlag)
      let contents = try WeightsContents(path: path)
      let (description, tensors) = (contents.description, contents.tensors)
      let words = description.transformer == nil ? "words" : "tokens"
      return
        "\(path): \(description.encoder.architecture.rawValue) encoder, \(description.vocabulary.count) \(words), "
        + "\(tensors.byteCount) bytes, sha256 \(tensors.sha256().prefix(16))…"
    } catch {
      return "\(error)"
    }
  }

  var decoders: String {
    "\(ImageDecoder.formats("and")), by content; names tried in folders: "
      + ImageDecoder.extensions.sorted().joined(separator: ", ")
  }

  func folder(_ name: String) -> String {
    ProgramFiles.folder(name)?.description ?? "no folder \(name) found near the program"
  }
}
