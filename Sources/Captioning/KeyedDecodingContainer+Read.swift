extension KeyedDecodingContainer {
  /// Replaces `value` by what is stored under `key`, if anything is.
  package func read<T: Decodable>(_ key: Key, into value: inout T) throws {
    if let stored = try decodeIfPresent(T.self, forKey: key) { value = stored }
  }
}
