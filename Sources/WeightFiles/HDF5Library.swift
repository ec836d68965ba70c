import CHDF5
import Synchronization

/// The HDF5 library as this package uses it: one thread at a time, silent, nothing left open.
enum HDF5Library {
  private static let turn = Mutex(())

  /// Runs `body` alone in the library. Every call into it is made inside; not to be nested.
  static func alone<R, E: Error>(_ body: () throws(E) -> sending R) throws(E) -> sending R {
    try turn.withLock { _ throws(E) in
      gaze_h5_silence()
      return try body()
    }
  }

  /// The library's own words for what failed last.
  static var message: String {
    var text = [CChar](repeating: 0, count: 512)
    gaze_h5_message(&text, text.count)
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return bytes.isEmpty ? "unknown error" : String(decoding: bytes, as: UTF8.self)
  }
}

/// An open object of the library, closed when the last reference goes. Made, used and dropped inside
/// `HDF5Library.alone`.
final class HDF5Handle {
  let id: hid_t
  private let close: (hid_t) -> herr_t

  /// - Parameters:
  ///   - id: what the library returned; negative is a failure and gives nil.
  ///   - close: what closes this kind of object.
  init?(_ id: hid_t, _ close: @escaping (hid_t) -> herr_t) {
    self.id = id
    self.close = close
    if id < 0 { return nil }
  }

  deinit {
    if id >= 0 { _ = close(id) }
  }
}
