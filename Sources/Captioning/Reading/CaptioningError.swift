import SystemPackage
import WeightFiles

/// What is wrong with something the captioner was given. The description is one line: which file or value, what was
/// expected and what was found.
public enum CaptioningError: Error, CustomStringConvertible, Equatable {
  /// A file that cannot be read; `reason` is one line.
  case unreadable(reason: String)
  /// A file whose content breaks its rules; `place` is a key or position in it.
  case malformed(path: FilePath, place: String, expected: String, found: String)
  /// Words that cannot be a vocabulary.
  case vocabulary(reason: String)
  /// A weights file that is not gaze's; `reason` says what is missing or wrong.
  case foreignWeights(path: FilePath, reason: String)
  /// A folder that is no captioner's, or one of another kind; `reason` says what is missing or wrong.
  case unusableFolder(path: FilePath, reason: String)
  /// Numbers of a network that are none: NaN or infinite; `place` says where they came out.
  case notFinite(weights: String, place: String)
  /// A weights file that holds an encoder and no decoder, where captions are asked for.
  case encoderAlone(path: FilePath)
  /// A setting outside its range: "name: value, expected …".
  case badOption(String)
  /// Training cannot go on; one line.
  case training(String)

  public var description: String {
    switch self {
    case .unreadable(let reason): reason
    case .malformed(let path, let place, let expected, let found):
      "\(path): \(place): expected \(expected), found \(found)"
    case .vocabulary(let reason): "vocabulary: \(reason)"
    case .badOption(let what): what
    case .training(let what): what
    case .encoderAlone(let path):
      "\(path): holds an encoder alone, which gives features but no captions; expected weights with a decoder"
    case .unusableFolder(let path, let reason): "\(path): not a captioner's folder that gaze can run: \(reason)"
    case .notFinite(let weights, let place):
      "\(weights): \(place) are not finite numbers; expected weights without NaN and infinities"
    case .foreignWeights(let path, let reason): "\(path): not a gaze weights file: \(reason)"
    }
  }
}
