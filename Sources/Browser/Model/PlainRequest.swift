import Captioning
import Terminal

/// What a command of lines is to the browser, as its model is now.
enum PlainRequest: Equatable {
  /// What a person would do with keys, one after another; none where lines only tell.
  case actions([Action])
  /// The text beside the photo has to be read by the network first: then the command is asked again.
  case read
  /// Why it cannot be, as a sentence.
  case refused(String)

  static let sentenceExpected = "Expected say and a sentence, such as say a cat on a sofa."
  static let filterExpected =
    "Expected show and one of \(PhotoFilter.allCases.map(\.rawValue).joined(separator: ", "))."
}

extension BrowserModel {
  /// What a command asks for.
  /// - Parameter argument: what follows its name.
  func request(_ meaning: PlainLanguage.Meaning, _ argument: String) -> PlainRequest {
    switch meaning {
    case .list, .more, .help, .instead, .words: .actions([])
    case .select, .next, .previous, .find: selecting(meaning, argument)
    case .mark: marking(argument)
    case .show: showing(argument)
    case .caption: .actions([argument.lowercased() == "all" ? .captionAll : .caption])
    case .write: .actions([argument.lowercased() == "all" ? .writeAll : .write])
    case .edit: .actions([.rewrite(argument)])
    case .say:
      argument.isEmpty
        ? .refused(PlainRequest.sentenceExpected) : .actions([.recite(argument)])
    case .take: taking(argument)
    case .hide, .only: hiding(argument, isOnly: meaning == .only)
    case .sample: choosing(argument)
    case .wordForward, .wordBack: stepping(meaning, argument)
    case .against: comparing(argument)
    case .topK, .temperature, .seed, .mode, .samples: setting(meaning, argument)
    default: .actions([meaning.action].compactMap { $0 })
    }
  }

  // MARK: - Photos

  private func selecting(_ meaning: PlainLanguage.Meaning, _ argument: String) -> PlainRequest {
    let here = photos.selection
    switch meaning {
    case .next: return .actions([.select(here + 1)])
    case .previous: return .actions([.select(here - 1)])
    case .find:
      guard let found = Matches(matches(of: argument)).next(from: here + 1, isForward: true) else {
        return .refused("No name or caption contains '\(TextWidth.safe(argument))'.")
      }
      return .actions([.select(found)])
    default:
      guard let index = index(of: argument) else { return .refused(noImage(argument)) }
      return .actions([.select(index)] + (photos[index].isFolder ? [.enterFolder] : []))
    }
  }

  /// The number of a photo, counted from 0, from its number counted from 1 or its name.
  private func index(of argument: String) -> Int? {
    if let number = Int(argument) { return photos.indices.contains(number - 1) ? number - 1 : nil }
    return photos.firstIndex { $0.name == argument }
  }

  private func noImage(_ argument: String) -> String {
    "There is no image '\(TextWidth.safe(argument))': expected 1 to \(photos.count), or a name."
  }

  /// One image, the selected one where none is named.
  private func marking(_ argument: String) -> PlainRequest {
    (argument.isEmpty ? photos.selection : index(of: argument)).map { .actions([.toggleMark($0)]) }
      ?? .refused(noImage(argument))
  }

  private func showing(_ argument: String) -> PlainRequest {
    PhotoFilter(rawValue: argument.lowercased()).map { .actions([.show($0)]) }
      ?? .refused(PlainRequest.filterExpected)
  }

  // MARK: - Captions and words

  private static let noCaption = "There is no caption yet. Type caption."
  private static let noWord = "There is no word yet. Type caption, then word."

  private func choosing(_ argument: String) -> PlainRequest {
    guard let count = record?.entries.count else { return .refused(Self.noCaption) }
    return number(argument, "sample", upTo: count) { .pick($0) }
  }

  private func stepping(_ meaning: PlainLanguage.Meaning, _ argument: String) -> PlainRequest {
    if record?.told == nil, record != nil || photo?.sidecar != nil { return .read }
    guard let words = record?.told?.words, !words.isEmpty else { return .refused(Self.noCaption) }
    if argument.isEmpty { return .actions([meaning == .wordForward ? .nextWord : .previousWord]) }
    return number(argument, "word", upTo: words.count) { .goToWord($0) }
  }

  /// A number counted from 1, as an action for it counted from 0.
  private func number(
    _ argument: String, _ what: String, upTo count: Int, from first: Int = 1, _ action: (Int) -> Action
  ) -> PlainRequest {
    if let number = Int(argument), first <= number, number <= count { return .actions([action(number - 1)]) }
    return .refused("There is no \(what) '\(TextWidth.safe(argument))': expected \(first) to \(count).")
  }

  private func setting(_ meaning: PlainLanguage.Meaning, _ argument: String) -> PlainRequest {
    PlainSettings.change(meaning, argument, topKs: captions.topKs).map { .actions([.set($0)]) }
      ?? .refused(PlainSettings.expectation(meaning, topKs: captions.topKs))
  }

  // MARK: - What if

  private func taking(_ argument: String) -> PlainRequest {
    let alternatives = record?.currentWord?.alternatives ?? []
    let (isSampled, named) = PlainLanguage.option("sampled", argument)
    let number = Int(named).map { $0 - 1 }
    let index =
      alternatives.firstIndex { $0.word == named } ?? number.flatMap { alternatives.indices.contains($0) ? $0 : nil }
    guard let index else {
      return .refused(
        alternatives.isEmpty
          ? Self.noWord
          : "Expected take and a number from 1 to \(alternatives.count), or one of these words: type instead.")
    }
    return .actions([.take(index, isSampled: isSampled)])
  }

  private func hiding(_ argument: String, isOnly: Bool) -> PlainRequest {
    let (isCovered, cells) = PlainLanguage.option("covered", argument)
    guard let selection = try? RegionSelection(cells) else { return .refused("Expected \(RegionSelection.form).") }
    return .actions([.hideCells(selection, isCovered ? .photo : .attention, isOnly: isOnly)])
  }

  /// Opens the view of networks, on one of them where that is named.
  private func comparing(_ argument: String) -> PlainRequest {
    if record?.told == nil, record != nil || photo?.sidecar != nil { return .read }
    if argument.isEmpty || networks.others.isEmpty { return .actions([.networks]) }
    let picking = number(argument, "network", upTo: networks.count, from: 2) { .pick($0) }
    guard case .actions(let pick) = picking, record != nil else { return picking }
    return .actions((views.isComparingNetworks ? [] : [.networks]) + pick)
  }
}

extension PlainLanguage.Meaning {
  /// What it is a key for, where nothing follows its name.
  fileprivate var action: Action? {
    switch self {
    case .markAll: .markAll
    case .below: .deep
    case .folderAbove: .leaveFolder
    case .order: .order
    case .again: .sampleAgain
    case .undo: .undo
    case .redo: .redo
    case .export: .export
    case .keep: .keepSettings
    case .covering: .covering
    case .quit: .quit
    default: nil
    }
  }
}
