import SystemPackage
import Tensors

/// What a training run tells while it goes on.
public enum TrainingEvent: Sendable {
  public struct Step: Sendable {
    /// Steps taken, of how many.
    public let step: Int
    public let total: Int
    /// From 1.
    public let epoch: Int
    /// Mean loss over the words with label smoothing, and −log p without; natural logarithm. The words are those of
    /// human captions, or those sampled where the run learns from a reward.
    public let loss: Double
    public let crossEntropy: Double
    /// Mean reward of the captions sampled; nil where the run learns from human captions.
    public let reward: Double?
    /// How far the encoder is from the teacher; nil where there is none.
    public let distillation: DistillationLosses?
    public let learningRate: Float
    public let gradientNorm: Float
    /// Photos and words worked on, and seconds taken.
    public let photos: Int
    public let words: Int
    public let seconds: Double
  }

  /// What the network does on the validation photos after an epoch.
  public struct Validation: Sendable {
    /// A photo's caption as the network writes it now.
    public struct Sample: Sendable, Equatable {
      public let path: FilePath
      public let caption: String
    }
    /// From 1.
    public let epoch: Int
    /// Mean −log p over the validation captions, as the run's loss counts positions.
    public let loss: Double
    /// Of captions of the photos that are scored, greedy or from a beam: those of each validation file, where any is.
    public let scores: [CaptionScores]
    /// The mean of the files' CIDEr; nil when no photo is scored.
    public var cider: Double? { Self.mean(scores.map(\.cider)) }
    /// The mean of the files' BLEU-4.
    public var bleu4: Double? { Self.mean(scores.map { $0.bleu[3] }) }
    /// The same few photos after every epoch.
    public let samples: [Sample]
    /// Whether the weights were exported, being the best so far.
    public internal(set) var isBest = false

    private static func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }

  /// A step of distillation.
  public struct DistillationStep: Sendable {
    /// Steps taken, of how many.
    public let step: Int
    public let total: Int
    /// From 1.
    public let epoch: Int
    public let losses: DistillationLosses
    public let learningRate: Float
    public let gradientNorm: Float
    /// Views looked at, and seconds taken.
    public let views: Int
    public let seconds: Double
  }

  /// Views of photos whose feature maps were made for a frozen encoder, of those that were not in the cache.
  case encoded(views: Int, total: Int)
  /// Photos that the teacher was shown, of how many, to take the mean of its features.
  case teacherMean(photos: Int, total: Int)
  case step(Step)
  case validated(Validation)
  case distilled(DistillationStep)
  /// After an epoch of distillation: the losses on the photos held out, and whether their KL is the lowest so far.
  case distillationValidated(epoch: Int, losses: DistillationLosses, isBest: Bool)
  case saved(path: FilePath)
  case unreadable(String)
}
