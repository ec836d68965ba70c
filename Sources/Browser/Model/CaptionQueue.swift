import SystemPackage

/// Photos captioned one after another, while nothing else is asked for.
struct CaptionQueue: Sendable, Equatable {
  /// How many at most: the captions of more would fill the memory.
  static let mostPhotos = 5000

  /// Whether photos that have captions by now are captioned too.
  let redraws: Bool
  let total: Int
  private(set) var isRunning = true
  /// Photos that could not be captioned.
  private(set) var failed = 0
  /// Photos left out, because a person's words are there or captions came meanwhile.
  private(set) var skipped = 0
  /// Captions that were drawn over and that `u` does not bring back yet.
  private(set) var replaced = ReplacedCaptions()
  /// The next one is last.
  private var waiting: [FilePath]
  /// When it went on and how many were done then; and the time of the latest.
  private var begun: (milliseconds: Int, done: Int)
  private var latest: Int

  /// - Parameters:
  ///   - photos: their paths, at least one.
  ///   - now: the time in milliseconds.
  init(_ photos: [FilePath], redraws: Bool, now: Int) {
    (waiting, total, self.redraws) = (photos.reversed(), photos.count, redraws)
    (begun, latest) = ((now, 0), now)
  }

  static func == (a: CaptionQueue, b: CaptionQueue) -> Bool {
    (a.waiting, a.total, a.failed, a.skipped, a.isRunning) == (b.waiting, b.total, b.failed, b.skipped, b.isRunning)
  }

  /// How many photos have been reached, the one that is being captioned included.
  var reached: Int { total - waiting.count }
  var isEmpty: Bool { waiting.isEmpty }

  /// Takes the next photo.
  mutating func next() -> FilePath? { waiting.popLast() }

  /// Puts a photo back that was taken and not captioned.
  mutating func putBack(_ photo: FilePath) { waiting.append(photo) }

  mutating func skip() { skipped += 1 }

  /// Notes that a photo was captioned, or could not be.
  mutating func noteEnd(isFailure: Bool, now: Int) {
    failed += isFailure ? 1 : 0
    latest = now
  }

  /// Notes captions that were drawn over.
  mutating func note(_ captions: ReplacedCaptions.Captions, of photo: FilePath) { replaced[photo] = captions }

  /// Forgets what of a photo was drawn over: something else is there now.
  mutating func forgetReplaced(_ photo: FilePath) { replaced[photo] = nil }

  /// Hands over what was drawn over so far.
  mutating func takeReplaced() -> ReplacedCaptions {
    defer { replaced = ReplacedCaptions() }
    return replaced
  }

  mutating func stop() { isRunning = false }

  mutating func goOn(now: Int) { (isRunning, begun, latest) = (true, (now, reached), now) }

  /// Seconds until the end, judged by the photos since it went on; nil while nothing is known.
  var secondsLeft: Double? {
    let done = reached - begun.done - 1
    guard isRunning, done > 0, latest > begun.milliseconds else { return nil }
    return Double(latest - begun.milliseconds) / 1000 / Double(done) * Double(waiting.count + 1)
  }

  /// How far it is: `12 of 108`.
  var placeText: String { "\(reached) of \(total)" }
}
