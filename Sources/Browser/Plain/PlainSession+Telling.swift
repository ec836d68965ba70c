import Terminal

/// What is said of the model.
extension PlainSession {
  func tellNotice() {
    if case .confirm(let confirmation) = model.prompt {
      let answers = confirmation.answers.map { "\($0.key) for \($0.meaning)" }.joined(separator: ", ")
      say("\(confirmation.question) Type \(answers).")
    }
    guard let notice = model.notice else { return }
    let text = TextWidth.safe(notice.text)
    say(notice.kind == .error ? "Error: \(text)" : text.prefix(1).uppercased() + text.dropFirst() + ".")
  }

  func tellFolder() {
    say("\(TextWidth.safe(model.folders.title)): \(PlainWords.count(model)).")
    if let below = model.photos.countBelow, model.photos.listedImageCount == 0 {
      say("\(CountText.images(below)) in the folders below: type below to list them.")
    }
    if model.photo != nil { tellPhoto() }
  }

  func tellPhoto() {
    guard let photo = model.photo else { return say("There are no images here.") }
    say("\(model.photos.selection + 1) of \(model.photos.count): \(PlainWords.description(photo, model))")
  }

  /// The selected image's captions, a line each.
  var captionLines: [String] {
    model.record.map { record in record.entries.indices.map { PlainWords.caption($0, of: record) } } ?? []
  }

  func tellCaptions() { captionLines.forEach(say) }
}
