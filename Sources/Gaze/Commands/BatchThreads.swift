import Tensors

/// How a batch of photos shares the threads: each photo is worked on by one of them from its file to its caption, as they
/// then wait for each other nowhere. Where there are fewer photos than threads, each has all threads in its turn.
struct BatchThreads: Sendable {
  /// Photos worked on at once.
  let workers: Int
  /// Photos that may be under way or wait for those before them to be written: a large one does not keep the others.
  var ahead: Int { workers == 1 ? 2 : 4 * workers }

  /// - Parameters:
  ///   - threads: there are.
  ///   - photos: nil while nobody knows how many.
  init(threads: Int, photos: Int?) { workers = photos ?? threads < threads ? 1 : threads }

  /// Runs what computes for a photo on the threads that are the photo's.
  func compute<Result>(_ body: () throws -> Result) rethrows -> Result {
    workers == 1 ? try body() : try ThreadPool(threads: 1).use(body)
  }
}
