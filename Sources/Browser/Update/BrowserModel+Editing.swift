import PhotoLibrary
import SystemPackage
import Terminal

/// The user's own words for captions.
extension BrowserModel {
  mutating func beginEdit() {
    guard let photo else { return inform("no caption to edit yet: Enter draws some") }
    if let record {
      let current = record.current
      begin(CaptionEdit(path: photo.path, subject: .caption(current.id), editor: LineEditor(current.text)))
    } else if let sidecar = photo.sidecar {
      begin(CaptionEdit(path: photo.path, subject: .sidecar(sidecar), editor: LineEditor(sidecar.asLine)))
    } else {
      inform("no caption to edit yet: Enter draws some")
    }
  }

  private mutating func begin(_ edit: CaptionEdit) {
    playback = nil
    prompt = .edit(edit)
  }

  /// Keeps what was typed.
  /// - Returns: what has the network recite it, where it can at once.
  @discardableResult
  mutating func end(_ edit: CaptionEdit) -> [Effect] {
    keep(edit)
    // A photo that was captioned is encoded already. Work in progress, as on many photos, is not given up for it.
    guard case .ready = captions.engine, captions.work == nil, photo?.path == edit.path, let current = record?.current,
      current.edit != nil,
      current.caption != nil
    else { return [] }
    return recall() ?? []
  }

  private mutating func keep(_ edit: CaptionEdit) {
    prompt = nil
    switch edit.subject {
    case .caption(let id):
      if let index = captions[edit.path]?.index(of: id) { rewrite(edit.path, index, as: edit.editor.text) }
    case .sidecar(let sidecar):
      guard edit.editor.text != sidecar.asLine else { return }
      // Captions that came meanwhile stay beside it.
      guard captions[edit.path] == nil else {
        remember("the edit", .captions(captions[edit.path], captions.settings), of: edit.path)
        return captions.change(edit.path) { $0.add(.init(text: Self.tidy(edit.editor.text)), to: sidecar.text) }
      }
      captions.put(CaptionRecord(sidecar), for: edit.path)
      rewrite(edit.path, 0, as: edit.editor.text)
    }
  }

  /// Puts the user's text for the chosen caption, or for what the sidecar says.
  mutating func rewriteChosen(as text: String) -> [Effect] {
    beginEdit()
    guard case .edit(var edit) = prompt else { return [] }
    edit.editor = LineEditor(text)
    return end(edit)
  }

  private static func tidy(_ text: String) -> String { text.split(separator: " ").joined(separator: " ") }

  /// Nothing, or the source's own words, takes an edit back.
  private mutating func rewrite(_ path: FilePath, _ index: Int, as text: String) {
    guard let entry = captions[path]?.entries[index] else { return }
    let text = Self.tidy(text)
    guard text != entry.text else { return }
    remember("the edit", .captions(captions[path], captions.settings), of: path)
    let isOwn = text.isEmpty || text == entry.sourceText
    let isWritten = photos.item(path)?.sidecar?.text == text
    captions.change(path) { $0.edit(index, isOwn ? nil : .init(text: text, isWritten: isWritten)) }
    let source = entry.caption == nil ? "what its text file says" : "the network's own caption"
    inform(isOwn ? "\(source) is back" : "edited by hand: w writes it")
  }

  // MARK: - Text from the clipboard

  /// Pasted text goes where text is typed, and nowhere else: it never runs as keys.
  mutating func paste(_ text: String) -> [Effect] {
    switch prompt {
    case .search(var editor, let origin):
      editor.paste(text)
      return show(editor, from: origin)
    case .edit(var edit):
      edit.editor.paste(text)
      prompt = .edit(edit)
    case .number(let setting, var editor):
      editor.paste(text)
      prompt = .number(setting, editor)
    case .say(var editor):
      editor.paste(text)
      prompt = .say(editor)
    case .confirm, .branch, .hide: warn("pasted text answers no question")
    case nil: warn("text can be pasted where it is typed: e edits, / searches")
    }
    return []
  }
}

extension CaptionRecord {
  /// What a sidecar says, as a caption.
  init(_ sidecar: SidecarText) { self.init(text: sidecar.text, author: sidecar.author) }

  /// The same as the network reads it.
  init(_ sidecar: SidecarText, _ reading: Entry.Reading) {
    self.init(sidecar)
    note(reading)
  }
}

extension SidecarText {
  /// The text for a line that is typed in.
  fileprivate var asLine: String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}
