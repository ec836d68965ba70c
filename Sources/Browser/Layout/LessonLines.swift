import Terminal

/// What a lesson says, as the lines it takes.
enum LessonLines {
  private static let mostLines = 3

  /// None where nothing is said.
  static func lines(_ model: BrowserModel, columns: Int) -> [String] {
    guard let text = model.lesson?.text, !text.isEmpty, columns > 2 else { return [] }
    return TextWidth.wrap(
      text, columns: columns - 2, atMost: mostLines, ellipsis: model.display.glyphs.marks.ellipsis)
  }
}
