import Captioning
import Terminal

/// What if: sentences recited, other words taken, cells hidden.
extension BrowserModel {
  /// - Returns: nil when the action asks nothing of the network.
  mutating func ask(_ action: Action) -> [Effect]? {
    switch action {
    case .say:
      guard canAsk() else { break }
      prompt = .say(LineEditor())
    case .recite(let sentence): return canAsk() ? recite(sentence) : []
    case .branch:
      guard let choice = branchChoice() else { break }
      views.leaveComparison()
      prompt = .branch(choice)
    case .take(let index, let isSampled):
      guard var choice = branchChoice() else { break }
      choice.select(index)
      return take(choice, isSampled: isSampled)
    case .hide:
      guard let choice = hidingChoice() else { break }
      views.leaveComparison()
      prompt = .hide(choice)
    case .hideCells(let selection, let way, let isOnly): return hide(selection, way, isOnly: isOnly)
    default: return nil
    }
    return []
  }

  /// Whether there is a photo and a network to ask.
  private mutating func canAsk() -> Bool {
    guard let photo, !photo.isFolder else {
      inform("no photo here to ask about")
      return false
    }
    if case .unreadable(let reason) = photo.status {
      warn("nothing can be asked about it: \(reason)")
      return false
    }
    if case .failed(let reason) = captions.engine {
      fail(reason)
      return false
    }
    playback = nil
    return true
  }

  /// The chosen caption and its word, where they have maps.
  private mutating func askedAbout() -> (entry: CaptionRecord.Entry, word: Int)? {
    guard canAsk() else { return nil }
    guard let record, let word = record.wordIndex(in: record.chosen) else {
      inform(record == nil ? "no caption yet: Enter draws some" : "l has it recited first")
      return nil
    }
    return (record.current, word)
  }

  // MARK: - Sentences

  mutating func recite(_ sentence: String) -> [Effect] {
    let sentence = sentence.split(separator: " ").joined(separator: " ")
    guard let photo, !sentence.isEmpty else { return [] }
    return begin(CaptionJob(path: photo.path, settings: captions.settings, question: .say(sentence)))
  }

  // MARK: - Branches

  private mutating func branchChoice() -> BranchChoice? {
    guard let photo, let (entry, word) = askedAbout() else { return nil }
    guard entry.told?.hidden == nil else {
      inform("branches go on from captions of the whole photo")
      return nil
    }
    let choice = BranchChoice(photo.path, entry, word: word)
    if choice == nil { inform("nothing else is known in this place") }
    return choice
  }

  mutating func take(_ choice: BranchChoice, isSampled: Bool) -> [Effect] {
    prompt = nil
    let settings = choice.settings(captions.settings, isSampled: isSampled)
    return begin(
      CaptionJob(path: choice.path, settings: settings, question: .branch(of: choice.entry, word: choice.word)))
  }

  // MARK: - Hidden cells

  private mutating func hidingChoice() -> HidingChoice? {
    guard let photo, let (entry, word) = askedAbout() else { return nil }
    let choice = HidingChoice(photo.path, entry, word: word)
    if choice == nil { inform("cells are hidden already: choose a caption of the whole photo") }
    return choice
  }

  private mutating func hide(_ selection: RegionSelection, _ way: HiddenRegions.Way, isOnly: Bool) -> [Effect] {
    guard let (entry, _) = askedAbout(), let caption = entry.told else { return [] }
    guard caption.hidden == nil, let map = caption.words.first?.attention else {
      inform("cells are hidden already: choose a caption of the whole photo")
      return []
    }
    do {
      let hidden = try HiddenRegions(
        selection.regions(in: caption), rows: map.rows, columns: map.columns, way: way, isInverted: isOnly)
      return ask(about: hidden, caption, of: entry.id)
    } catch {
      warn("\(error)")
      return []
    }
  }

  private mutating func ask(about hidden: HiddenRegions, _ caption: Caption, of entry: Int) -> [Effect] {
    guard let photo else { return [] }
    var settings = caption.settings
    settings.samples = 1
    return begin(CaptionJob(path: photo.path, settings: settings, question: .hide(hidden, caption, of: entry)))
  }

  /// Asks anew, where other cells are hidden than before.
  mutating func change(_ choice: HidingChoice, to changed: HidingChoice) -> [Effect] {
    var changed = changed
    let hidden = changed.hidden
    if hidden == nil { changed.answer = nil }
    prompt = .hide(changed)
    guard hidden != choice.hidden else { return [] }
    guard let hidden else { return captions.asked?.job.question == nil ? [] : [.cancelCaption] }
    return ask(about: hidden, changed.caption, of: changed.entry)
  }

  /// Keeps what came of hiding cells among the captions.
  mutating func keep(_ answer: HidingChoice.Answer, about entry: Int) {
    guard let photo else { return }
    remember("hiding cells")
    captions.change(photo.path) { record in
      let all = [answer.recited, answer.redrawn].compactMap { $0 }
      record.add(all.map(CaptionRecord.Entry.Source.drawn), about: entry)
      // The same words first: they tell what each lost.
      if answer.redrawn != nil { record.choose(record.chosen - 1) }
    }
  }

  // MARK: - Answers

  mutating func take(_ drawn: [Caption], of question: Question, _ job: CaptionJob) {
    switch question {
    case .say(let sentence):
      remember("the sentence", .captions(captions[job.path], captions.settings), of: job.path)
      let reading = CaptionRecord.Entry.Reading(text: sentence, caption: drawn[0])
      let source = CaptionRecord.Entry.Source.text(sentence, .human)
      if captions[job.path] == nil {
        captions.put(CaptionRecord(asked: source, reading: reading), for: job.path)
      } else {
        captions.change(job.path) { $0.add([source], reading: reading, about: nil, word: 0) }
      }
    case .branch(let parent, let word):
      remember("the branch", .captions(captions[job.path], captions.settings), of: job.path)
      captions.change(job.path) { $0.add([.drawn(drawn[0])], about: parent, word: word) }
    case .hide(let hidden, _, let parent):
      let answer = HidingChoice.Answer(
        hidden: hidden, recited: drawn[0], redrawn: drawn.count > 1 ? drawn[1] : nil)
      if case .hide(var choice) = prompt, choice.path == job.path, choice.entry == parent {
        choice.answer = answer
        prompt = .hide(choice)
      } else if photo?.path == job.path {
        keep(answer, about: parent)
      }
    case .covering(let caption):
      captions.change(job.path) { $0.retell([caption], as: drawn) }
      if photo?.path == job.path { inform("maps of what covering each cell takes: y goes back") }
    case .network(let network, let text): note(.told(drawn[0]), of: network, text, job)
    }
  }
}
