import ArgumentParser
import Captioning
import Files
import SystemPackage
import Tensors
import WeightFiles

/// `gaze inspect`: what a weights file holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Describe a weights file.",
    discussion: """
      Example:
        gaze inspect mine.safetensors --json
      """)

  @Argument(help: ArgumentHelp("A weights file; by default the one gaze would use.", valueName: "file"))
  var file: FilePath?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let weights = try SafetensorsFile(path: file ?? ProgramFiles.weights(flag: nil))
    let report = WeightsReport(file: weights, description: try ModelDescription(weights))
    try StandardOutput.write(json ? report.json.text + "\n" : report.lines.joined(separator: "\n") + "\n")
  }
}

/// A weights file in words and as JSON.
struct WeightsReport {
  let file: SafetensorsFile
  let description: ModelDescription

  /// How many numbers the tensors hold whose names begin so.
  private func parameters(_ prefix: String = "") -> Int {
    file.names.filter { $0.hasPrefix(prefix) }.reduce(0) { $0 + (file.info($1)?.count ?? 0) }
  }

  private var storage: [String] { Set(file.names.compactMap { file.info($0)?.dtype.rawValue }).sorted() }

  var lines: [String] {
    let (encoder, decoder) = (description.encoder, description.decoder)
    let facts = [
      ("file", "\(file.path), \(file.byteCount) bytes, \(storage.joined(separator: " and "))"),
      ("sha256", file.sha256()),
      ("encoder", "\(encoder.architecture.rawValue), \(parameters("encoder/")) parameters"),
      (
        "input",
        "\(encoder.height)×\(encoder.width) pixels scaled to \(encoder.scaling.bounds), \(ModelDescription.resizeRule)"
      ),
      ("grid", "\(encoder.rows)×\(encoder.columns) cells of \(encoder.channels)"),
      (
        "decoder",
        decoder.map { "\(form($0)), \(parameters("decoder/")) parameters" } ?? "none: features, no captions"
      ),
      ("vocabulary", "\(description.vocabulary.count) words"),
      ("parameters", "\(parameters())"),
    ]
    let provenance = description.provenance.sorted { $0.key < $1.key }
    let tensors = file.names.map { name in
      let info = file.info(name)!
      return "  \(name)  \(info.shape.map(String.init).joined(separator: "×"))  \(info.dtype.rawValue)"
    }
    return
      (facts.map { "\($0.0.padded(to: 12))\($0.1)" } + ["provenance"]
      + provenance.map { "  \($0.key.padded(to: 18))\($0.value)" } + ["tensors"] + tensors).map(PrintableText.line)
  }

  private func form(_ decoder: DecoderDescription) -> String {
    let parts = [
      "GRU and attention", "width \(decoder.width)", "initial state \(decoder.initialState.rawValue)",
      "query \(decoder.query.rawValue)", decoder.languageGRU ? "language GRU" : nil,
      decoder.normalizesCells ? "normalised cells" : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }

  var json: OrderedJSON {
    let (encoder, decoder) = (description.encoder, description.decoder)
    let tensors = file.names.map { name -> OrderedJSON in
      let info = file.info(name)!
      return .object([
        ("name", .string(name)), ("dtype", .string(info.dtype.rawValue)),
        ("shape", .array(info.shape.map { .integer($0) })),
        ("parameters", .integer(info.count)),
      ])
    }
    return .object([
      ("file", .string(FileName.text(file.path))), ("bytes", .integer(file.byteCount)),
      ("sha256", .string(file.sha256())),
      ("architecture", .string(encoder.architecture.rawValue)),
      (
        "input",
        .object([
          ("height", .integer(encoder.height)), ("width", .integer(encoder.width)),
          ("scaling", .string(encoder.scaling.rawValue)), ("resize", .string(ModelDescription.resizeRule)),
        ])
      ),
      (
        "grid",
        .object([
          ("rows", .integer(encoder.rows)), ("columns", .integer(encoder.columns)),
          ("channels", .integer(encoder.channels)),
        ])
      ),
      (
        "decoder",
        decoder.map {
          .object([
            ("width", .integer($0.width)), ("initial_state", .string($0.initialState.rawValue)),
            ("query", .string($0.query.rawValue)), ("language_gru", .boolean($0.languageGRU)),
            ("normalizes_cells", .boolean($0.normalizesCells)),
          ])
        } ?? .null
      ),
      ("vocabulary_size", .integer(description.vocabulary.count)),
      (
        "parameters",
        .object([
          ("total", .integer(parameters())), ("encoder", .integer(parameters("encoder/"))),
          ("decoder", .integer(parameters("decoder/"))),
        ])
      ),
      ("provenance", .object(description.provenance.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
      ("tensors", .array(tensors)),
    ])
  }
}
