extension String {
  /// With spaces after it up to `width` characters, at least one.
  package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
