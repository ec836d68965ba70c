import Captioning
import PhotoLibrary
import SystemPackage

/// Networks that one sentence is shown to, side by side: the program's own first, then others, which may be the frames of
/// a training.
struct ComparedNetworks: Sendable, Equatable {
  /// What is asked about.
  struct Subject: Sendable, Equatable {
    let path: FilePath
    /// The photo as it was when it was looked at.
    let version: FileIdentity?
    let text: String
    let maps: MapChoice
  }

  /// What came of asking one of them.
  enum Telling: Sendable, Equatable {
    /// Recited, so that probabilities are among all words.
    case told(Caption)
    case failed(String)
  }

  /// What the others are called, in their order.
  let others: [String]
  /// The network that keys are for; 0 is the program's own.
  private(set) var chosen = 1
  private(set) var subject: Subject?
  private var tellings: [Int: Telling] = [:]

  init(others: [String]) { self.others = others }

  /// The program's own among them.
  var count: Int { others.count + 1 }

  subscript(network: Int) -> Telling? { tellings[network] }

  /// What a network told; nil where it has not, or could not.
  func caption(of network: Int) -> Caption? {
    if case .told(let caption) = tellings[network] { caption } else { nil }
  }

  /// Goes to one of them, the nearest there is.
  mutating func choose(_ network: Int) { chosen = min(max(0, network), count - 1) }

  /// What is told of anything else is forgotten.
  mutating func ask(about subject: Subject) {
    guard self.subject != subject else { return }
    (self.subject, tellings) = (subject, [:])
  }

  mutating func note(_ telling: Telling, of network: Int) { tellings[network] = telling }
}
