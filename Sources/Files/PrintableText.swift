/// Text that is safe to show.
public enum PrintableText {
  /// `text` in one line that is safe on a terminal: file names may hold control characters.
  public static func line(_ text: String) -> String {
    let safe = text.unicodeScalars.map {
      $0.properties.generalCategory == .control || FileName.isEscape($0) ? "\u{FFFD}" : $0
    }
    return String(String.UnicodeScalarView(safe))
  }
}
