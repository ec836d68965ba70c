import ArgumentParser
import Captioning
import Files
import Raster
import Reports
import SystemPackage

/// `gaze attend`: where the captioner looked for each word, without the interface.
struct AttendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attend",
    abstract: "Show where the captioner looks for each word of a caption.",
    discussion: """
      Without --png, --html or --json the caption is printed and, for each word, its probability and its map in \
      shades. As everywhere in gaze but in JSON, a map shows what each cell gets above an even share of the attention; \
      its darkest shade is its most attended cell.

      The caption is the first that gaze caption draws with the same flags; --caption-index 1 takes the second, and \
      so on.

      Example:
        gaze attend dog.jpg
        gaze attend dog.jpg --beam 3 --png dog.png --html dog.html
        gaze attend dog.jpg --caption "a cat on a sofa"
        gaze attend dog.jpg --greedy --hide strongest:6:dog --cover
        gaze attend dog.jpg --occlusion --png matters.png --html matters.html
        gaze attend dog.jpg --against mine.safetensors
        gaze attend dog.jpg --weights blip-image-captioning-base --map gradient --layer 8
      """)

  /// How a map's cells are shown.
  enum Cells: String, EnumerableFlag {
    case smooth
    case raw

    static func help(for value: Cells) -> ArgumentHelp? {
      value == .smooth ? "Interpolate between the cells." : "Show each cell as a block."
    }
  }

  @Argument(help: "An image; - is standard input.")
  var image: FilePath

  @OptionGroup var sentences: SentenceFlags

  @OptionGroup var decoding: SingleCaptionFlags

  @OptionGroup var hiding: HidingFlags

  @OptionGroup var maps: MapChoiceFlags

  @Option(help: "Which of the sampled captions, counted from 0: caption I uses SEED + I (default: 0).")
  var captionIndex: UInt64?

  @OptionGroup var comparison: ComparisonFlags

  @Option(help: ArgumentHelp("Write a sheet with an overlay for each word; - is standard output.", valueName: "file"))
  var png: FilePath?

  @Option(help: ArgumentHelp("Write a page to explore; - is standard output.", valueName: "file"))
  var html: FilePath?

  @Flag(help: "Print one JSON object, as gaze caption --json does.")
  var json = false

  @Option(help: "Colours of --png and --html (default: \(HeatOverlay().colormap.name)).")
  var colormap: Colormap?

  @Option(help: "Opacity of the most attended cell in --png and --html, 0 to 1 (default: \(HeatOverlay().opacity)).")
  var opacity: Float?

  @Flag(help: "How --png and --html show cells (default: --smooth).") var cells: Cells?

  @OptionGroup var overwriting: OverwriteFlag

  @OptionGroup var network: NetworkFlags

  func validate() throws {
    if let opacity, !(0...1).contains(opacity) { throw ValidationError("--opacity: \(opacity), expected 0 to 1") }
    if let captionIndex, captionIndex > 0, decoding.greedy || decoding.beam != nil {
      throw ValidationError("--caption-index: \(captionIndex), expected 0: --greedy and --beam give one caption")
    }
    if [png == "-", html == "-", json].count(where: { $0 }) > 1 {
      throw ValidationError("--png -, --html - and --json: only one of them can go to standard output")
    }
    if let flag = sentences.given, decoding.isGiven || captionIndex != nil {
      throw ValidationError("\(flag): nothing is drawn, expected no flag that says how")
    }
    if sentences.captionsFrom != nil, let picture = [("--png", png), ("--html", html)].first(where: { $1 != nil })?.0 {
      throw ValidationError("\(picture): tells one caption, expected without --captions-from")
    }
    if html != nil, !comparison.against.isEmpty {
      throw ValidationError("--html: has no --against, --png and --json do")
    }
    if let asked = comparison.given, let flag = otherQuestion {
      throw ValidationError("\(asked) and \(flag): only one of them can be given")
    }
    try checkPictures()
  }

  /// A flag that asks what no comparison tells.
  private var otherQuestion: String? {
    if sentences.captionsFrom != nil { return "--captions-from" }
    return hiding.hide != nil ? "--hide" : hiding.only != nil ? "--only" : nil
  }

  /// What says how pictures look needs one.
  private func checkPictures() throws {
    try overwriting.checkUse([png, html], of: "--png or --html")
    let given = [
      ("--colormap", colormap != nil), ("--opacity", opacity != nil), (cells.map { "--\($0)" } ?? "", cells != nil),
    ]
    if png == nil, html == nil, let option = given.first(where: \.1)?.0 {
      throw ValidationError("\(option): expected with --png or --html")
    }
    if let png, png == html, png != "-" { throw ValidationError("--png and --html: \(png) cannot be both") }
  }

  private var overlay: HeatOverlay {
    let usual = HeatOverlay()
    return HeatOverlay(
      colormap: colormap ?? usual.colormap, opacity: opacity ?? usual.opacity, smooth: cells != .raw)
  }

  func run() throws {
    try overwriting.check("--png", png)
    try overwriting.check("--html", html)
    let given = try sentences.sentences()
    let captioner = try network.captioner()
    try decoding.validate(for: captioner)
    try maps.validate(for: captioner)
    let photo = try loadImage(image)
    var settings = try decoding.settings(otherwise: .sample, for: captioner)
    settings.seed &+= captionIndex ?? 0
    let inquiry = try Inquiry(captioner: captioner, photo: photo, maps: maps.choice(for: captioner))
    let answers = try inquiry.answers(to: given, settings: settings, hiding: hiding)
    let answer = answers[0]
    let content = AttendedCaption(
      imageName: Self.shownName(image), photo: photo, caption: answer.recited ?? answer.whole,
      weights: captioner.weights, provenance: captioner.description.provenance, overlay: overlay,
      whole: answer.unhidden, redrawn: answer.redrawn)
    if comparison.given != nil { return try compare(content, inquiry) }
    if let png { try OutputFile.write(PNGEncoder.encode(AttentionSheet(content).drawn()), to: png) }
    if let html { try OutputFile.write(Array(AttentionPage(content: content).html().utf8), to: html) }
    if json { try StandardOutput.write(answers.map { json(of: $0, photo, captioner.weights) }.joined()) }
    if png == nil && html == nil && !json {
      try StandardOutput.write(answers.map(InquiryText.text).joined(separator: "\n"))
    }
  }

  private func json(of answer: Inquiry.Answer, _ photo: PixelImage, _ weights: WeightsIdentity) -> String {
    CaptionLine.json(
      CaptionedImage(
        path: image, size: (photo.width, photo.height), captions: answer.captions, whole: answer.unhidden),
      weights: weights)
  }

  /// The file's name without its folders, which are nobody else's business.
  private static func shownName(_ path: FilePath) -> String {
    path == "-" ? "standard input" : path.lastComponent.map { PrintableText.line(FileName.text($0)) } ?? "image"
  }
}

extension Colormap: ExpressibleByArgument {
  public init?(argument: String) {
    guard let map = Colormap.named(argument) else { return nil }
    self = map
  }

  public var defaultValueDescription: String { name }
  public static var allValueStrings: [String] { all.map(\.name) }
}
