import COpenSSL

/// Fingerprints of bytes.
public enum Digest {
  /// The SHA-256 of `bytes` in lower-case hexadecimal, 64 characters.
  public static func sha256(_ bytes: UnsafeRawBufferPointer) -> String { sha256(bytes, whenRead: { _ in }) }

  /// How many bytes are read before `whenRead` is told.
  static let pieceBytes = 1 << 22

  /// The same, with word of each piece that is no longer needed.
  static func sha256(_ bytes: UnsafeRawBufferPointer, whenRead: (UnsafeRawBufferPointer) -> Void) -> String {
    gaze_crypto_load()
    // The calls fail only when libcrypto has no SHA-256 at all, or memory has run out.
    func check(_ result: Int32) { precondition(result == 1, "libcrypto offers no SHA-256") }
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    check(EVP_DigestInit_ex(context, EVP_sha256(), nil))
    for first in stride(from: 0, to: bytes.count, by: pieceBytes) {
      let piece = UnsafeRawBufferPointer(rebasing: bytes[first..<min(bytes.count, first + pieceBytes)])
      check(EVP_DigestUpdate(context, piece.baseAddress, piece.count))
      whenRead(piece)
    }
    var sum = [UInt8](repeating: 0, count: 32)
    check(EVP_DigestFinal_ex(context, &sum, nil))
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: sum.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
