import ArgumentParser
import Captioning
import Files
import Raster
import SystemPackage
import Tensors
import Training

struct BenchmarkEncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode", abstract: "Pixels to the encoder's grid.",
    discussion: """
      Pixels are already decoded, resized and scaled. Without --weights the encoder has random weights, which takes as \
      long. With --weights, a transformer has first seen the photos after which it keeps its weights laid out.

      Example:
        gaze benchmark encode --batch 8
        gaze benchmark encode --architecture inception_resnet_v2 --threads 1
      """)

  @OptionGroup var flags: BenchmarkFlags

  @Option(help: ArgumentHelp("Weights whose encoder is timed.", valueName: "file"))
  var weights: FilePath?

  @Option(help: "Without --weights, the network: compact or inception_resnet_v2.")
  var architecture: EncoderDescription.Architecture?

  @Option(help: "Photos encoded together.")
  var batch = 1

  func validate() throws {
    if !(1...1024).contains(batch) { throw ValidationError("--batch: \(batch), expected 1…1024") }
    if weights != nil && architecture != nil {
      throw ValidationError("--weights and --architecture: only one of them can be given")
    }
    if weights == nil { try check(architecture ?? .compact) }
  }

  private func check(_ architecture: EncoderDescription.Architecture) throws {
    try BenchmarkMemory.check("--batch \(batch)", BenchmarkMemory.encode(architecture, batch: batch))
  }

  func run() throws {
    ThreadPool.configure(threads: flags.threads)
    let work = try work()
    let encoder = work.description
    try flags.report(
      "encode", flags.measure { try work() },
      sizes: [
        ("weights", .string(weights.map { FileName.text($0) } ?? "random")),
        ("architecture", .string(encoder.architecture.rawValue)),
        ("batch", .integer(batch)), ("height", .integer(encoder.height)), ("width", .integer(encoder.width)),
        ("grid", .array([encoder.rows, encoder.columns, encoder.channels].map { .integer($0) })),
      ])
  }

  private func work() throws -> EncodeWork {
    guard let weights else { return try EncodeWork(architecture ?? .compact, batch: batch) }
    let path = try ProgramFiles.weights(flag: weights)
    let encoder = try ImageEncoder(weightsAt: path, threads: flags.threads)
    try check(encoder.description.architecture)
    let work = EncodeWork(encoder, batch: batch)
    // As many photos as transformers see before they keep their weights laid out.
    for _ in 0...KeptPanels.usesBefore { try work() }
    return work
  }
}

extension EncoderDescription.Architecture: ExpressibleByArgument {}

struct BenchmarkDecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode", abstract: "One step of decoding: a word further for N captions of a photo.",
    discussion: """
      From words and states to a number for each word of the vocabulary; drawing is not part of it. Also told: a \
      step of one caption alone, how much longer N take, and how fast the word layer's weights are read if all the \
      time went into that. With --weights, the network in these, eight tokens into its captions.

      Example:
        gaze benchmark decode --samples 5 --vocabulary 20000
        gaze benchmark decode --weights blip-image-captioning-base
      """)

  @OptionGroup var flags: BenchmarkFlags

  @Option(help: "Captions written together.")
  var samples = DecodingSettings().samples

  @Option(help: ArgumentHelp("Weights whose decoder is timed.", valueName: "file"))
  var weights: FilePath?

  @Option(help: "Without --weights, words in the vocabulary (default: 20000).")
  var vocabulary: Int?

  @Option(help: "Without --weights, width of the decoder (default: 512).")
  var width: Int?

  private var sizes: (vocabulary: Int, width: Int) { (vocabulary ?? 20_000, width ?? 512) }

  func validate() throws {
    if weights != nil, vocabulary != nil || width != nil {
      throw ValidationError("--weights has a vocabulary and a width: --vocabulary and --width cannot be given")
    }
    let (vocabulary, width) = sizes
    if !(1...1024).contains(samples) { throw ValidationError("--samples: \(samples), expected 1…1024") }
    try BenchmarkMemory.checkNetwork(vocabulary: vocabulary, width: width)
    try BenchmarkMemory.check(
      "--vocabulary \(vocabulary), --width \(width) and --samples \(samples)",
      BenchmarkMemory.decode(samples: samples, vocabulary: vocabulary, width: width))
  }

  func run() throws {
    ThreadPool.configure(threads: flags.threads)
    if let weights {
      let path = try ProgramFiles.weights(flag: weights)
      let captioner = try Captioner(weightsAt: path, threads: flags.threads)
      return try report(
        try DecodeWork(captioner, samples: samples),
        sizes: [("weights", .string(FileName.text(path))), ("vocabulary", .integer(captioner.text.count))])
    }
    let (vocabulary, width) = sizes
    let work = try DecodeWork(samples: samples, vocabulary: vocabulary, width: width)
    try report(work, sizes: [("vocabulary", .integer(vocabulary)), ("width", .integer(width))])
  }

  private func report(_ work: DecodeWork, sizes: [(String, OrderedJSON)]) throws {
    let alone = flags.measure { work(samples: 1) }
    let together = flags.measure { work() }
    func gigabytesPerSecond(_ name: String, _ timings: Timings) -> [(String, OrderedJSON)] {
      work.wordLayerBytes.map { [(name, Timings.number(Double($0) / timings.median / 1e6))] } ?? []
    }
    try flags.report(
      "decode", together,
      more: gigabytesPerSecond("word_layer_gb_per_s", together) + [("single", .object(alone.members))]
        + gigabytesPerSecond("single_word_layer_gb_per_s", alone)
        + [("ratio_to_single", Timings.number(together.median / alone.median))],
      sizes: [("samples", .integer(samples))] + sizes
        + (work.wordLayerBytes.map { [("word_layer_bytes", .integer($0))] } ?? []))
  }
}

struct BenchmarkTrainStepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-step", abstract: "One step of training the decoder.",
    discussion: """
      Forward, back and Adam over grids of 8×8×1536 that are already encoded, with a caption of 10 to 14 words each.

      Example: gaze benchmark train-step --runs 10
      """)

  @OptionGroup var flags: BenchmarkFlags

  @Option(help: "Photos a step.")
  var batch = 32

  @Option(help: "Words in the vocabulary.")
  var vocabulary = 20_000

  @Option(help: "Width of the decoder.")
  var width = 512

  func validate() throws {
    if !(1...1024).contains(batch) { throw ValidationError("--batch: \(batch), expected 1…1024") }
    try BenchmarkMemory.checkNetwork(vocabulary: vocabulary, width: width)
    try BenchmarkMemory.check(
      "--vocabulary \(vocabulary), --width \(width) and --batch \(batch)",
      BenchmarkMemory.trainStep(batch: batch, vocabulary: vocabulary, width: width))
  }

  func run() throws {
    ThreadPool.configure(threads: flags.threads)
    let work = try TrainStepWork(batch: batch, vocabulary: vocabulary, width: width)
    try flags.report(
      "train-step", flags.measure { work() },
      sizes: [
        ("batch", .integer(batch)), ("words", .integer(work.words)), ("vocabulary", .integer(vocabulary)),
        ("width", .integer(width)), ("grid", .array([.integer(8), .integer(8), .integer(1536)])),
      ])
  }
}

struct BenchmarkTrainEncoderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-encoder", abstract: "One step of training the compact encoder.",
    discussion: """
      Forward with the batch's statistics, back and Adam, from pixels that are already scaled.

      Example: gaze benchmark train-encoder --batch 48 --runs 10
      """)

  @OptionGroup var flags: BenchmarkFlags

  @Option(help: "Photos a step.")
  var batch = 48

  func validate() throws {
    if !(2...1024).contains(batch) { throw ValidationError("--batch: \(batch), expected 2…1024") }
    try BenchmarkMemory.check("--batch \(batch)", BenchmarkMemory.trainEncoder(batch: batch))
  }

  func run() throws {
    ThreadPool.configure(threads: flags.threads)
    let work = try TrainEncoderWork(batch: batch)
    let timings = flags.measure { work() }
    let (shape, side) = (work.shape, work.shape.regions(along: work.inputSize))
    try flags.report(
      "train-encoder", timings,
      more: [("photos_per_s", Timings.number(Double(batch) * 1000 / timings.median))],
      sizes: [
        ("batch", .integer(batch)), ("height", .integer(work.inputSize)), ("width", .integer(work.inputSize)),
        ("stem_kernel", .integer(shape.stemKernel)), ("stem_stride", .integer(shape.stemStride)),
        ("stem_channels", .integer(shape.stemChannels)),
        ("blocks", .array(shape.blocks.map { .array([.integer($0.channels), .integer($0.stride)]) })),
        ("grid", .array([side, side, shape.gridChannels].map { .integer($0) })),
      ])
  }
}

struct BenchmarkPreviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview", abstract: "An image file to block characters.",
    discussion: """
      Reading, decoding, choosing the cells and writing them as text; --threads changes nothing in this.

      Example: gaze benchmark preview photo.jpg --size 120x40
      """)

  @OptionGroup var flags: BenchmarkFlags

  @Argument(help: "An image file.")
  var image: FilePath

  @Option(help: ArgumentHelp("At most this many columns and rows.", valueName: "COLSxROWS"))
  var size = GridSize(columns: 80, rows: 40)

  @Option(help: "The characters: half, quadrant, sextant, space or ascii.")
  var symbols = SymbolSet.quadrant

  func run() throws {
    let renderer = CellRenderer(symbols: symbols, colors: .truecolor)
    let covering = renderer.pixels(forColumns: size.columns, rows: size.rows)
    let full = try ImageDecoder.size(path: image)
    var shown = (columns: 0, rows: 0, bytes: 0)
    let timings = try flags.measure {
      let picture = try ImageDecoder.decode(path: image, covering: covering)
      let grid = renderer.render(picture, fittingColumns: size.columns, rows: size.rows)
      shown = (grid.columns, grid.rows, grid.ansi(colors: .truecolor).utf8.count)
    }
    try flags.report(
      "preview", timings,
      sizes: [
        ("width", .integer(full.width)), ("height", .integer(full.height)), ("columns", .integer(shown.columns)),
        ("rows", .integer(shown.rows)), ("bytes", .integer(shown.bytes)), ("symbols", .string("\(symbols)")),
      ])
  }
}
