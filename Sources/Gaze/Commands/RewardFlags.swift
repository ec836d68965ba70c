import ArgumentParser
import Captioning
import Training

/// Learning from a reward on whole captions.
struct RewardFlags: ParsableArguments {
  /// What is made small or large.
  enum Objective: String, CaseIterable, ExpressibleByArgument {
    case crossEntropy = "cross-entropy"
    case selfCritical = "self-critical"
  }

  private static let usual = SelfCriticalOptions()

  @Option(
    help:
      "cross-entropy learns the human captions word by word; self-critical, which needs --start, raises the scores of captions the network samples (Rennie et al. 2017; default: cross-entropy)."
  ) var objective: Objective?
  @Option(
    help: "Captions sampled of each photo in a step and compared with each other (default: \(Self.usual.samples)).")
  var rewardSamples: Int?
  @Option(help: "Temperature they are sampled at (default: \(Self.usual.temperature)).") var rewardTemperature: Float?
  @Option(help: "Weight of CIDEr-D in the reward (default: \(Self.usual.ciderWeight)).") var rewardCider: Double?
  @Option(help: "Weight of BLEU-4 in the reward (default: \(Self.usual.bleuWeight)).") var rewardBleu: Double?
  @Option(
    help:
      "Weight of the human captions' cross-entropy, added to the reward's loss (default: \(Self.usual.crossEntropyWeight))."
  )
  var rewardCrossEntropy: Float?
  @Option(
    help:
      "Least number of human captions a photo needs to be rewarded; photos with fewer only take part in the cross-entropy (default: \(Self.usual.minimumReferences))."
  ) var rewardReferences: Int?

  var settings: [OptionSetting<SelfCriticalOptions>] {
    [
      OptionSetting("--reward-samples", rewardSamples, \.samples),
      OptionSetting("--reward-temperature", rewardTemperature, \.temperature),
      OptionSetting("--reward-cider", rewardCider, \.ciderWeight),
      OptionSetting("--reward-bleu", rewardBleu, \.bleuWeight),
      OptionSetting("--reward-cross-entropy", rewardCrossEntropy, \.crossEntropyWeight),
      OptionSetting("--reward-references", rewardReferences, \.minimumReferences),
    ]
  }

  /// Nil where human captions are learnt.
  var options: SelfCriticalOptions? {
    guard objective == .selfCritical else { return nil }
    var options = SelfCriticalOptions()
    for setting in settings { setting.apply(to: &options) }
    return options
  }

  /// - Throws: where a flag speaks of a reward and there is none.
  func check() throws {
    guard objective != .selfCritical, let flag = settings.first(where: \.isGiven)?.flag else { return }
    throw ValidationError("\(flag): expected with --objective self-critical")
  }
}
