import ArgumentParser
import Captioning
import SystemPackage
import Training

/// Learning to caption.
struct CaptionTrainingFlags: ParsableArguments {
  /// Which of a photo's captions are learnt from.
  enum Choice: String, CaseIterable, ExpressibleByArgument { case all, first }

  /// Two for each photo of the default batch.
  static let usualSentencesPerStep = 96

  @Option(help: "COCO captions JSON to learn from; may be repeated.") var annotations: [FilePath] = []
  @Option(
    help:
      "COCO captions JSON to validate on after each epoch; may be repeated, and CIDEr is then the mean of the files' own."
  ) var validation: [FilePath] = []
  @Option(
    help:
      "Sentences of no photo, one a line, plain or gzip: the decoder learns them beside the captions, and their words count towards --min-count."
  ) var sentences: FilePath?
  @Option(
    help:
      "Such sentences learnt at a step, each word as much as a caption's (default: \(Self.usualSentencesPerStep))."
  ) var sentencesPerStep: Int?
  @Option(
    help:
      "The network from pixels to the grid: compact or compact-large, trained from nothing, or gaze weights. A compact encoder in them is trained on; any other stays as it is and its grids are kept on disk. With a teacher, what is learnt starts from it (default: compact)."
  ) var encoder: FilePath?
  @Flag(help: "Leave the encoder as it is and keep its grids on disk.") var freezeEncoder = false
  @Option(help: "Gaze weights whose encoder, decoder and words the run starts from.") var start: FilePath?
  @Option(help: "Highest learning rate of the encoder (default: that of the decoder).") var encoderLearningRate: Float?
  @Option(help: "The folder for the grids of an encoder that stays as it is (default: that of OUTPUT).") var cache:
    FilePath?
  @Option(
    help:
      "Passes over the photos (default: \(TrainingOptions().epochs); self-critical \(SelfCriticalOptions.trainingDefaults.epochs)); with --resume, a new planned end."
  )
  var epochs: Int?
  @Option(help: "Captions to learn from: all of a photo, up to --captions-per-photo, or only its first (default: all).")
  var captions: Choice?
  @Option(help: "Captions of each photo used at a step (default: \(TrainingOptions().captionsPerPhoto)).")
  var captionsPerPhoto: Int?
  @Option(
    help:
      "The mean over words, or over 64 positions, padding included, as in the notebook (default: \(TrainingOptions().loss.name))."
  ) var loss: TrainingOptions.Loss?
  @Option(
    help:
      "Validation photos of each file captioned and scored after each epoch, at most (default: \(TrainingOptions().scoredPhotos))."
  )
  var scorePhotos: Int?
  @Option(help: "Sentences kept while they are captioned; 1 is greedy (default: \(TrainingOptions().scoringBeam)).")
  var scoreBeam: Int?
  @Option(help: "What the weights that are kept are best at (default: loss; self-critical cider).") var select:
    TrainingOptions.Selection?
  @Option(help: "Share of decoder activations left out (default: \(TrainingOptions().dropout); self-critical 0).")
  var dropout: Float?
  @Option(help: "Share of the encoder's grid left out (default: \(TrainingOptions().gridDropout); self-critical 0).")
  var gridDropout: Float?
  @Option(
    help: "Share of each target spread over all words (default: \(TrainingOptions().labelSmoothing); self-critical 0).")
  var labelSmoothing: Float?
  @Option(
    help:
      "What the entropy of the words' attention maps weighs in the loss: above 0 sharpens them (default: \(TrainingOptions().mapEntropy); self-critical 0)."
  ) var mapEntropy: Float?
  @Option(help: "Smallest share of a photo's area a random crop keeps (default: \(TrainingOptions().cropArea)).")
  var cropArea: Float?
  @Flag(inversion: .prefixedNo, help: "Mirror half of the photos (default: yes).") var flips: Bool?
  @Option(
    help:
      "Views kept of each photo where the encoder stays as it is: the whole, its mirror image, then crops (default: \(TrainingOptions().views))."
  ) var views: Int?
  @Option(help: "Width of the decoder (default: \(TrainingOptions().decoder.width)). --start brings its own.")
  var width: Int?
  @Option(
    help:
      "The GRU's state before the first word: zeros, or from the mean of the grid (default: \(TrainingOptions().decoder.initialState.rawValue)). --start brings its own."
  ) var initialState: DecoderDescription.InitialState?
  @Option(
    help:
      "What attention compares with the cells: the GRU's state, or a linear layer over it (default: \(TrainingOptions().decoder.query.rawValue)). --start brings its own."
  ) var query: DecoderDescription.Query?
  @Flag(
    inversion: .prefixedNo,
    help:
      "A second GRU over what was said and seen (default: \(TrainingOptions().decoder.languageGRU ? "yes" : "no")). --start brings its own."
  ) var languageGru: Bool?
  @Flag(
    inversion: .prefixedNo,
    help:
      "Bring every cell to one length before attention (default: \(TrainingOptions().decoder.normalizesCells ? "yes" : "no")). --start brings its own."
  ) var normalizeCells: Bool?
  @Option(help: "Words kept at most (default: \(TrainingOptions().vocabularySize)). --start brings its own.")
  var vocabularySize: Int?
  @Option(
    help: "Times a word must occur to be kept (default: \(TrainingOptions().minCount)). --start brings its own words.")
  var minCount: Int?
}

extension TrainingOptions.Loss: ExpressibleByArgument {
  public init?(argument: String) { self.init(name: argument) }
  public static var allValueStrings: [String] { allCases.map(\.name) }
}
extension TrainingOptions.Selection: ExpressibleByArgument {}
extension DecoderDescription.InitialState: ExpressibleByArgument {}
extension DecoderDescription.Query: ExpressibleByArgument {}
