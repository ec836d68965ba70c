import Captioning
import Files
import Foundation
import Glibc
import SystemPackage
import Tensors
import WeightFiles

/// Feature maps of photos by an encoder that stays as it is, kept on disk so that no photo is encoded twice.
///
/// Two files in the folder, KEY being the first 16 digits of the encoder's digest (`SafetensorsFile.encoderDigest`), so that
/// weights files that hold the same encoder share them whatever decoder lies beside it:
/// - `grids-KEY.f16`: a record a view of a photo, rows × columns × channels float16, little-endian;
/// - `grids-KEY.index`: JSON Lines, first what the records are, then for each which view of which photo it is.
///
/// A record counts once its line is complete, so a run that ends anywhere loses at most the views under way. A photo is known
/// by path, size and time of change or, where one of these differs, by its SHA-256: photos that were moved or copied are the
/// same photos. One process at a time may open a cache.
package final class FeatureCache {
  /// The first line of the index.
  private struct Header: Codable, Equatable {
    var format = "gaze grids 2"
    let encoder: String
    let rows: Int
    let columns: Int
    let channels: Int
  }

  /// What a record is of.
  package struct Key: Codable, Hashable, Sendable {
    let photo: PhotoState
    let view: PhotoView
  }

  /// What a record is of, wherever the photo lies.
  private struct Content: Hashable {
    let digest: String
    let view: PhotoView
  }

  /// rows × columns × channels.
  let shape: [Int]
  private let dataPath: FilePath
  private let data: FileHandle
  private let index: FileHandle
  private var records: [Key: Int] = [:]
  /// The records of photos whose digests are known.
  private var contents: [Content: Int] = [:]
  /// The sizes of those photos: one of another size need not be read to know that it is new.
  private var sizes: Set<Int> = []
  /// Nil where a photo could not be read or changed meanwhile.
  private var digests: [PhotoState: String?] = [:]
  /// Records in the file, those of photos that have changed since among them.
  private var count = 0

  private var recordSize: Int { shape.reduce(2, *) }

  /// Opens the cache of an encoder, or begins it.
  /// - Parameters:
  ///   - folder: made if it is not there.
  ///   - encoder: its digest, 64 hexadecimal digits.
  ///   - description: the encoder's.
  package init(folder: FilePath, encoder: String, description: EncoderDescription) throws {
    try Self.attempt(folder) { try folder.makeFolder() }
    let paths = Self.paths(folder: folder, encoder: encoder)
    dataPath = paths.data
    shape = [description.rows, description.columns, description.channels]
    data = try Self.open(dataPath)
    index = try Self.open(paths.index)
    guard flock(index.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw CaptioningError.training("\(paths.index): another run is using this cache")
    }
    try Self.attempt(dataPath) {
      try readIndex(Header(encoder: encoder, rows: shape[0], columns: shape[1], channels: shape[2]))
    }
  }

  /// Where the records of an encoder are, and what they are of.
  static func paths(folder: FilePath, encoder: String) -> (data: FilePath, index: FilePath) {
    let base = folder.appending("grids-\(encoder.prefix(16))")
    return (base.addingToName(".f16"), base.addingToName(".index"))
  }

  deinit {
    try? data.close()
    try? index.close()
  }

  private static func open(_ path: FilePath) throws -> FileHandle {
    let descriptor = path.withPlatformString { Glibc.open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else {
      throw CaptioningError.training("cannot open \(path): \(String(cString: strerror(errno)))")
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
  }

  private static func attempt<T>(_ path: FilePath, _ work: () throws -> T) throws -> T {
    do { return try work() } catch let error as CaptioningError {
      throw error
    } catch let error as FileError {
      throw CaptioningError.training("cannot keep feature maps in \(path): \(error.reason)")
    } catch {
      throw CaptioningError.training("cannot keep feature maps in \(path): \(error.localizedDescription)")
    }
  }

  /// Takes up the records whose lines and data are complete, and cuts off what follows; begins anew if the first line
  /// is not `header`.
  private func readIndex(_ header: Header) throws {
    let bytes = try index.readToEnd() ?? Data()
    let available = Int(try data.seekToEnd()) / recordSize
    var valid = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
      if valid == 0 {
        guard let found = try? JSONDecoder().decode(Header.self, from: line), found == header else { break }
      } else {
        guard count < available, let key = try? JSONDecoder().decode(Key.self, from: line) else { break }
        add(key)
      }
      valid += line.count + 1
    }
    try index.truncate(atOffset: UInt64(valid))
    try data.truncate(atOffset: UInt64(count * recordSize))
    if valid == 0 { try index.write(contentsOf: JSONEncoder().encode(header) + Data("\n".utf8)) }
  }

  /// The record that follows those there are.
  private func add(_ key: Key) {
    records[key] = count
    if let digest = key.photo.digest {
      contents[Content(digest: digest, view: key.view)] = count
      sizes.insert(key.photo.bytes)
    }
    count += 1
  }

  func contains(_ key: Key) -> Bool { record(key) != nil }

  private func record(_ key: Key) -> Int? {
    if let record = records[key] { return record }
    guard sizes.contains(key.photo.bytes), let digest = digest(key.photo) else { return nil }
    return contents[Content(digest: digest, view: key.view)]
  }

  private func digest(_ photo: PhotoState) -> String? {
    if let known = digests[photo] { return known }
    let digest = photo.readDigest()
    digests[photo] = .some(digest)
    return digest
  }

  /// What the records of a photo as it is now are kept under; none where there is no such photo.
  package func keys(_ wanted: Wanted) -> [Key] {
    guard let photo = PhotoState(path: wanted.path) else { return [] }
    return wanted.views.map { Key(photo: photo, view: $0) }
  }

  /// Adds feature maps, `[keys.count, rows, columns, channels]`.
  package func append(_ features: Tensor, of keys: [Key]) throws {
    precondition(features.shape == [keys.count] + shape, "feature maps of shape \(features.shape) are not of \(shape)")
    var halves = Data(count: features.count * 2)
    let lost = halves.withUnsafeMutableBytes {
      HalfPrecision.narrow(UnsafeBufferPointer(start: features.pointer, count: features.count), into: $0.baseAddress!)
    }
    guard lost == 0 else {
      throw CaptioningError.training("\(lost) numbers of a feature map are too large for float16")
    }
    let known = keys.map { Key(photo: $0.photo.known(as: digest($0.photo)), view: $0.view) }
    try Self.attempt(dataPath) {
      try data.write(contentsOf: halves)
      try data.synchronize()
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      try index.write(contentsOf: known.reduce(into: Data()) { $0 += try encoder.encode($1) + Data("\n".utf8) })
    }
    known.forEach(add)
  }

  /// The feature maps of photos as they are now, mapped. Of a photo that is wanted twice the first views count.
  package func reader(of wanted: [Wanted]) throws -> CachedFeatures {
    var places: [FilePath: [Int]] = [:]
    for photo in wanted where places[photo.path] == nil {
      let own = keys(photo).compactMap(record)
      if own.count == photo.views.count { places[photo.path] = own }
    }
    return CachedFeatures(shape: shape, file: try MappedFile(path: dataPath), places: places)
  }
}

/// Feature maps in a cache's file, of which only those asked for are read. They do not stay in memory.
package struct CachedFeatures: Sendable {
  /// rows, columns, channels.
  package let shape: [Int]
  fileprivate let file: MappedFile
  /// The records of each photo's views, by path.
  fileprivate let places: [FilePath: [Int]]

  /// Whether the photo could be encoded.
  func contains(_ path: FilePath) -> Bool { places[path] != nil }

  /// - Parameters:
  ///   - path: of the photo, as it was wanted.
  ///   - view: its number; 0 is the whole photo.
  ///   - target: room for rows × columns × channels numbers.
  /// - Returns: false when the photo could not be encoded.
  package func copy(_ path: FilePath, view: Int = 0, into target: UnsafeMutablePointer<Float>) -> Bool {
    guard let places = places[path], view < places.count else { return false }
    let place = places[view]
    let size = shape.reduce(2, *)
    let record = UnsafeRawBufferPointer(rebasing: file.bytes[place * size..<(place + 1) * size])
    HalfPrecision.widen(record, into: target)
    file.release(record)
    return true
  }
}
