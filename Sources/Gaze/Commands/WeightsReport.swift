import Captioning
import Files
import Reports
import Tensors
import WeightFiles

/// A weights file in words and as JSON.
struct WeightsReport {
  private let file: any TensorCollection
  private let description: ModelDescription

  init(_ contents: WeightsContents) { (file, description) = (contents.tensors, contents.description) }

  private var transformer: TransformerDescription? { description.transformer }

  /// How many numbers the tensors hold, all of them or the encoder's or decoder's. Tensors of whole numbers, which some
  /// folders have beside the weights, do not count.
  private func parameters(ofEncoder isWanted: Bool? = nil) -> Int {
    let isEncoder = { (name: String) in
      ["encoder/", "encoder.", "vision_model."].contains(where: name.hasPrefix)
    }
    return file.names.filter { isWanted == nil || isEncoder($0) == isWanted }.reduce(0) { sum, name in
      guard let info = file.info(name), [.float32, .float16, .bfloat16].contains(info.dtype) else { return sum }
      return sum + info.count
    }
  }

  private var storage: [String] { Set(file.names.compactMap { file.info($0)?.dtype.rawValue }).sorted() }

  var lines: [String] {
    let (encoder, decoder) = (description.encoder, description.decoder)
    let facts = [
      ("file", "\(file.path), \(file.byteCount) bytes, \(storage.joined(separator: " and "))"),
      ("sha256", file.sha256()),
      ("encoder", "\(encoderForm), \(parameters(ofEncoder: true)) parameters"),
      ("input", "\(encoder.height)×\(encoder.width) pixels \(inputForm)"),
      ("grid", "\(encoder.rows)×\(encoder.columns) cells of \(encoder.channels)"),
      (
        "decoder",
        decoder.map { "\(form($0)), \(parameters(ofEncoder: false)) parameters" } ?? "none: features, no captions"
      ),
      ("vocabulary", vocabularyForm),
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

  private var encoderForm: String {
    let name = description.encoder.architecture.rawValue
    guard let transformer else { return name }
    return "\(name), \(form(transformer.encoder)), patches of \(transformer.patch) pixels"
  }

  private func form(_ stack: TransformerDescription.Stack) -> String {
    "\(stack.layers) layers of \(stack.heads) heads, width \(stack.width)"
  }

  private var inputForm: String {
    guard let transformer else {
      return "scaled to \(description.encoder.scaling.bounds), \(ModelDescription.resizeRule)"
    }
    func numbers(_ vector: SIMD3<Float>) -> String {
      (0..<3).map { Figures.fixed(vector[$0], 3) }.joined(separator: " ")
    }
    return "less \(numbers(transformer.mean)), over \(numbers(transformer.deviation)), \(transformer.resizeRule)"
  }

  private var vocabularyForm: String {
    let count = description.vocabulary.count
    return transformer.map { "\(count) tokens, \($0.textCoding.rawValue)" } ?? "\(count) words"
  }

  private func form(_ decoder: DecoderDescription) -> String {
    if let transformer {
      return "transformer, \(form(transformer.decoder)), a map of each, \(transformer.positions) positions"
    }
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
          ("scaling", .string(encoder.scaling.rawValue)),
          ("resize", .string(transformer?.resizeRule ?? ModelDescription.resizeRule)),
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
        transformer.map { Self.json($0) }
          ?? decoder.map {
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
          ("total", .integer(parameters())), ("encoder", .integer(parameters(ofEncoder: true))),
          ("decoder", .integer(parameters(ofEncoder: false))),
        ])
      ),
      ("provenance", .object(description.provenance.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
      ("tensors", .array(tensors)),
    ])
  }

  private static func json(_ transformer: TransformerDescription) -> OrderedJSON {
    let decoder = transformer.decoder
    return .object([
      ("width", .integer(decoder.width)), ("layers", .integer(decoder.layers)), ("heads", .integer(decoder.heads)),
      ("positions", .integer(transformer.positions)), ("text_coding", .string(transformer.textCoding.rawValue)),
    ])
  }
}
