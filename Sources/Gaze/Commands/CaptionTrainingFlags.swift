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
      "COCO captions JSON to validate on after each epoch; may be repeated: the CIDEr is then the mean over the files."
  ) var validation: [FilePath] = []
  @Option(
    help:
      "A text file of sentences without photos, one a line, plain or gzip. The decoder learns them beside the captions, and their words count towards --min-count."
  ) var sentences: FilePath?
  @Option(
    help:
      "Sentences of --sentences in each step; a word of theirs weighs as much as a caption's (default: \(Self.usualSentencesPerStep))."
  ) var sentencesPerStep: Int?
  @Option(
    help:
      "The image encoder: compact or compact-large for a new one, or a gaze weights file to take it from. A compact encoder is trained further; any other stays frozen. With a teacher, distillation starts from it (default: compact)."
  ) var encoder: FilePath?
  @Option(
    help:
      "Side in pixels, a multiple of 32, of the square that photos are squashed to for a compact encoder. Of photos shown larger than it was trained for it tells more. Its feature map keeps its rows and columns, 8×8 of a new one (default: \(TrainingOptions().inputSize), or that of --encoder or --start)."
  ) var inputSize: Int?
  @Flag(help: "Do not train the encoder; its features are computed once and cached on disk.") var freezeEncoder = false
  @Option(help: "A gaze weights file to start from: its encoder, decoder and vocabulary.") var start: FilePath?
  @Option(help: "Peak learning rate of the encoder (default: the decoder's).") var encoderLearningRate: Float?
  @Option(help: "The folder for the cached features of a frozen encoder (default: the folder of OUTPUT).") var cache:
    FilePath?
  @Option(
    help:
      "Passes over the photos (default: \(TrainingOptions().epochs); self-critical \(SelfCriticalOptions.trainingDefaults.epochs)). With --resume: the new total."
  )
  var epochs: Int?
  @Option(
    help:
      "Learn from all captions of a photo, up to --captions-per-photo a step, or only from its first (default: all).")
  var captions: Choice?
  @Option(help: "Captions of each photo in a step (default: \(TrainingOptions().captionsPerPhoto)).")
  var captionsPerPhoto: Int?
  @Option(
    help:
      "Average the loss over words, or as the notebook does over all 64 positions, padding included (default: \(TrainingOptions().loss.name))."
  ) var loss: TrainingOptions.Loss?
  @Option(
    help:
      "At most so many validation photos of each file are captioned and scored after each epoch (default: \(TrainingOptions().scoredPhotos))."
  )
  var scorePhotos: Int?
  @Option(help: "Beam width for captioning them; 1 is greedy (default: \(TrainingOptions().scoringBeam)).")
  var scoreBeam: Int?
  @Option(
    help: "Keep the epoch with the lowest validation loss or the highest CIDEr (default: loss; self-critical cider).")
  var select: TrainingOptions.Selection?
  @Option(help: "Dropout rate in the decoder (default: \(TrainingOptions().dropout); self-critical 0).")
  var dropout: Float?
  @Option(help: "Dropout rate on the encoder's features (default: \(TrainingOptions().gridDropout); self-critical 0).")
  var gridDropout: Float?
  @Option(
    help:
      "Label smoothing: the share of each target spread over all words (default: \(TrainingOptions().labelSmoothing); self-critical 0)."
  )
  var labelSmoothing: Float?
  @Option(
    help:
      "Weight of the attention maps' entropy in the loss; above 0 it sharpens the maps (default: \(TrainingOptions().mapEntropy); self-critical 0)."
  ) var mapEntropy: Float?
  @Option(
    help:
      "Share of a photo's regions that attention does without while its captions are learnt; while captions are sampled or validated it has all (default: \(TrainingOptions().regionDropout))."
  ) var regionDropout: Float?
  @Option(
    help:
      "Above 0, a third of the photos in each step are mirror images of another third, with the same captions. This is the weight of the divergence between what is said of both, word by word (R-Drop, Liang et al. 2021; default: \(TrainingOptions().mirrorWeight)). With a reward: of the human captions, so it needs --reward-cross-entropy."
  ) var mirrorWeight: Float?
  @Option(
    help:
      "The same for where attention looks: the weight of 1 - the correlation of a word's map with the mirror image's, flipped back, and a quarter of the correlation with another photo's (default: \(TrainingOptions().mirrorMapWeight))."
  ) var mirrorMapWeight: Float?
  @Option(
    help:
      "Validate and export weights averaged over the steps, of which each step keeps this share, such as 0.999 (default: \(TrainingOptions().averageDecay), no average)."
  ) var averageDecay: Float?
  @Option(help: "The least area of a random crop, as a share of the photo's (default: \(TrainingOptions().cropArea)).")
  var cropArea: Float?
  @Flag(inversion: .prefixedNo, help: "Mirror a photo half of the time (default: yes).") var flips: Bool?
  @Option(
    help:
      "Views of each photo cached for a frozen encoder: the whole photo, its mirror image, then random crops (default: \(TrainingOptions().views))."
  ) var views: Int?
  @Option(
    help:
      "Keep the weights of every N-th step in OUTPUT.frames, to watch maps being learnt with gaze --against."
  ) var keepEvery: Int?
  @Option(help: "Width of the decoder's layers (default: \(TrainingOptions().decoder.width)). Not with --start.")
  var width: Int?
  @Option(
    help:
      "The GRU's state before the first word: zeros, or a linear layer over the mean feature (default: \(TrainingOptions().decoder.initialState.rawValue)). Not with --start."
  ) var initialState: DecoderDescription.InitialState?
  @Option(
    help:
      "The attention query: the GRU's state, or a linear layer over it (default: \(TrainingOptions().decoder.query.rawValue)). Not with --start."
  ) var query: DecoderDescription.Query?
  @Flag(
    inversion: .prefixedNo,
    help:
      "A second GRU after attention (default: \(TrainingOptions().decoder.languageGRU ? "yes" : "no")). Not with --start."
  ) var languageGru: Bool?
  @Flag(
    inversion: .prefixedNo,
    help:
      "Layer normalisation of each region's features before attention (default: \(TrainingOptions().decoder.normalizesCells ? "yes" : "no")). Not with --start."
  ) var normalizeCells: Bool?
  @Option(help: "Most words in the vocabulary (default: \(TrainingOptions().vocabularySize)). Not with --start.")
  var vocabularySize: Int?
  @Option(
    help: "Times a word must occur to enter the vocabulary (default: \(TrainingOptions().minCount)). Not with --start.")
  var minCount: Int?
}

extension TrainingOptions.Loss: ExpressibleByArgument {
  public init?(argument: String) { self.init(name: argument) }
  public static var allValueStrings: [String] { allCases.map(\.name) }
}
extension TrainingOptions.Selection: ExpressibleByArgument {}
extension DecoderDescription.InitialState: ExpressibleByArgument {}
extension DecoderDescription.Query: ExpressibleByArgument {}
