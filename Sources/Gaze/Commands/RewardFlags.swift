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

  @Option(
    help:
      "Learn the words of human captions, or, from --start, what raises the scores of captions the network draws (Rennie et al. 2017)."
  ) var objective = Objective.crossEntropy
  @Option(help: "Captions drawn of each photo at a step and compared with each other.") var rewardSamples =
    SelfCriticalOptions().samples
  @Option(help: "Temperature they are drawn at.") var rewardTemperature = SelfCriticalOptions().temperature
  @Option(help: "Weight of CIDEr-D in the reward.") var rewardCider = SelfCriticalOptions().ciderWeight
  @Option(help: "Weight of BLEU-4 in the reward.") var rewardBleu = SelfCriticalOptions().bleuWeight
  @Option(help: "Weight of the human captions' cross-entropy beside the reward.") var rewardCrossEntropy =
    SelfCriticalOptions().crossEntropyWeight

  @Option(
    help: "Human captions a photo must have for its drawn ones to be rewarded; others take part by the cross-entropy.")
  var rewardReferences = SelfCriticalOptions().minimumReferences

  /// Nil where human captions are learnt.
  var options: SelfCriticalOptions? {
    guard objective == .selfCritical else { return nil }
    var options = SelfCriticalOptions()
    options.samples = rewardSamples
    options.temperature = rewardTemperature
    options.ciderWeight = rewardCider
    options.bleuWeight = rewardBleu
    options.crossEntropyWeight = rewardCrossEntropy
    options.minimumReferences = rewardReferences
    return options
  }
}
