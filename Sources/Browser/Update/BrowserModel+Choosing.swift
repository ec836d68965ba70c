import Captioning
import Raster
import Terminal

/// Keys while a sentence is typed, another word is taken, or cells are hidden.
extension BrowserModel {
  mutating func typeSentence(_ key: Key, _ editor: LineEditor) -> [Effect] {
    var editor = editor
    if key == .enter {
      prompt = nil
      return recite(editor.text)
    }
    if key == .escape {
      prompt = nil
    } else if editor.handle(key) {
      prompt = .say(editor)
    }
    return []
  }

  mutating func type(_ key: Key, _ choice: BranchChoice) -> [Effect] {
    var choice = choice
    switch key {
    case .enter: return take(choice, isSampled: false)
    case "s": return take(choice, isSampled: true)
    case "j", .down: choice.select(choice.selected + 1)
    case "k", .up: choice.select(choice.selected - 1)
    case .character(let digit) where digit.wholeNumberValue.map((1...9).contains) == true:
      choice.select(digit.wholeNumberValue! - 1)
    case .escape, "q", "B":
      prompt = nil
      return []
    default: return []
    }
    prompt = .branch(choice)
    return []
  }

  mutating func type(_ key: Key, _ choice: HidingChoice) -> [Effect] {
    var changed = choice
    switch key {
    case "h", .left: changed.move(rows: 0, columns: -1)
    case "l", .right: changed.move(rows: 0, columns: 1)
    case "k", .up: changed.move(rows: -1, columns: 0)
    case "j", .down: changed.move(rows: 1, columns: 0)
    case " ": changed.toggle(changed.cursor)
    case "w": changed.stepWord(1)
    case "b": changed.stepWord(-1)
    case "+", "=": changed.chooseStrongest(changed.cells.count + 1)
    case "-": changed.chooseStrongest(changed.cells.count - 1)
    case "0": changed.clear()
    case .character(let digit) where digit.wholeNumberValue.map((1...9).contains) == true:
      changed.chooseStrongest(digit.wholeNumberValue!)
    case "o": changed.isOnly.toggle()
    case "c": changed.way = changed.way == .attention ? .photo : .attention
    case .enter: return end(choice)
    case .escape, "q", "H":
      prompt = nil
      return captions.asked?.job.question == nil ? [] : [.cancelCaption]
    default: return []
    }
    return change(choice, to: changed)
  }

  /// Keeps what came, or will come, of the cells that are hidden.
  private mutating func end(_ choice: HidingChoice) -> [Effect] {
    prompt = nil
    guard let hidden = choice.hidden else {
      inform("no cells hidden")
      return []
    }
    // What is still on its way is kept when it comes.
    if let answer = choice.answer, answer.hidden == hidden { keep(answer, about: choice.entry) }
    return []
  }

  /// Chooses the cell at a place of the preview.
  /// - Returns: nil where there is none, or no cells are being chosen.
  mutating func pressCell(row: Int, column: Int) -> [Effect]? {
    guard case .hide(let choice) = prompt, let place = previewPlace(), place.contains(row: row, column: column)
    else { return nil }
    var changed = choice
    let cell = (row - place.row) * choice.rows / place.rows * choice.columns
    changed.toggle(cell + (column - place.column) * choice.columns / place.columns)
    return change(choice, to: changed)
  }

  /// Where the selected photo is on the screen; nil where it is not.
  func previewPlace() -> Rect? {
    let rect = layout.preview
    guard !rect.isEmpty, let photo, let preview = pictures.previews.peek(photo.path) else { return nil }
    let size = preview.image.fit(inColumns: rect.columns, rows: rect.rows)
    return rect.centered(Size(columns: size.columns, rows: size.rows))
  }
}
