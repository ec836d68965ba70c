import PhotoLibrary
import Raster
import Synchronization
import SystemPackage

/// The images to caption, one after another: those that were named, then those of a list, which is read as they are asked
/// for. Of each it keeps 64 bits, to give none out twice. Used by one thread at a time.
final class ImageSource: Sendable {
  /// What was come by so far.
  struct Account: Sendable {
    /// Images named, of all shards; an image that is named twice counts twice.
    var listed = 0
    /// The sum of their paths' hashes, which is the same in whatever order they were named.
    var sum: UInt64 = 0
    /// Images of this shard.
    var own = 0
    /// Those of them that were captioned already.
    var done = 0
    /// What could not be looked at or read, a line each.
    var problems: [String] = []
  }

  /// What the images come from; locked while a name is waited for.
  private struct Origin {
    /// Images of folders that were walked.
    var found: ArraySlice<FilePath>
    var list: NameStream?
    var seen: Set<PathHash> = []
  }

  private let shard: Shard
  private let isDone: @Sendable (PathHash) -> Bool
  private let origin: Mutex<Origin>
  private let told: Mutex<Account>

  /// - Parameters:
  ///   - named: images and what was wrong with folders that were named.
  ///   - list: names of more images and folders.
  ///   - isDone: whether an image was captioned already, by its path.
  init(
    _ named: ImageList, list: NameStream? = nil, shard: Shard = .all,
    isDone: @escaping @Sendable (PathHash) -> Bool = { _ in false }
  ) {
    (self.shard, self.isDone) = (shard, isDone)
    origin = Mutex(Origin(found: named.images[...], list: list))
    told = Mutex(Account(problems: named.problems))
  }

  var account: Account { told.withLock { $0 } }

  /// The next image of this shard that is not done; nil at the end, which is also where the list cannot be read on.
  func next() -> FilePath? {
    origin.withLock { origin in
      while true {
        if let image = origin.found.popFirst() {
          if takes(image, &origin) { return image }
        } else if let name = nextName(&origin) {
          // Names like those of images are taken at their word: a million of them are not looked at to find folders.
          if ImageDecoder.isImageName(name.lastComponent?.string ?? "") {
            if takes(name, &origin) { return name }
            continue
          }
          let folder = ImageList([name])
          origin.found = folder.images[...]
          told.withLock { $0.problems += folder.problems }
        } else {
          return nil
        }
      }
    }
  }

  private func nextName(_ origin: inout Origin) -> FilePath? {
    do {
      return try origin.list?.next()
    } catch {
      told.withLock { $0.problems.append("\(error)") }
      origin.list = nil
      return nil
    }
  }

  private func takes(_ image: FilePath, _ origin: inout Origin) -> Bool {
    let hash = PathHash(image)
    let isOwn = shard.contains(hash) && origin.seen.insert(hash).inserted
    let isDone = isOwn && isDone(hash)
    told.withLock { account in
      account.listed += 1
      account.sum &+= hash.value
      if isOwn { account.own += 1 }
      if isDone { account.done += 1 }
    }
    return isOwn && !isDone
  }
}
