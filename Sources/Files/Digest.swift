import COpenSSL

/// Fingerprints of bytes.
public enum Digest {
  /// The SHA-256 of `bytes` in lower-case hexadecimal, 64 characters.
  public static func sha256(_ bytes: UnsafeRawBufferPointer) -> String {
    var sum = [UInt8](repeating: 0, count: 32)
    gaze_crypto_load()
    // A nil pointer is fine for zero bytes. The call fails only when libcrypto has no SHA-256 at all.
    guard EVP_Digest(bytes.baseAddress, bytes.count, &sum, nil, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto offers no SHA-256")
    }
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: sum.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
