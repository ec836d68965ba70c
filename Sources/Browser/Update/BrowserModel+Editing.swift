import Terminal

/// The user's own words for captions.
extension BrowserModel {
  mutating func beginEdit() {
    guard let photo, let record else { return inform("no caption to edit yet: Enter draws some") }
    playback = nil
    prompt = .edit(CaptionEdit(path: photo.path, caption: record.current.id, editor: LineEditor(record.current.text)))
  }

  /// Keeps what was typed.
  mutating func end(_ edit: CaptionEdit) {
    prompt = nil
    guard let index = captions[edit.path]?.index(of: edit.caption) else { return }
    rewrite(edit.path, index, as: edit.editor.text)
  }

  /// Puts the user's text for the chosen caption.
  mutating func rewriteChosen(as text: String) {
    guard let photo, let record else { return inform("no caption to edit yet: Enter draws some") }
    playback = nil
    rewrite(photo.path, record.chosen, as: text)
  }

  /// Nothing, or the network's own words, takes an edit back.
  private mutating func rewrite(_ path: String, _ index: Int, as text: String) {
    guard let entry = captions[path]?.entries[index] else { return }
    let trimmed = text.split(separator: " ").joined(separator: " ")
    guard trimmed != entry.text else { return }
    remember("the edit", .captions(captions[path], captions.settings), of: path)
    let isOwn = trimmed.isEmpty || trimmed == entry.sourceText
    captions.change(path) { $0.edit(index, isOwn ? nil : trimmed) }
    inform(isOwn ? "the network's own caption is back" : "edited by hand: w writes it")
  }
}
