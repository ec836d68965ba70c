import PhotoLibrary

/// How many photos there are, as the header says it.
enum CountText {
  /// As much as fits, the number first.
  static func text(_ model: BrowserModel, columns: Int) -> String {
    var parts = parts(model)
    while parts.count > 1, parts.joined(separator: ", ").count > columns { parts.removeLast() }
    return parts.joined(separator: ", ")
  }

  private static func parts(_ model: BrowserModel) -> [String] {
    let (photos, order) = (model.photos, model.folders.request.order)
    if photos.isReading { return photos.listedImageCount == 0 ? [""] : ["\(photos.listedImageCount) so far"] }
    let count = images(photos.listedImageCount)
    let first = model.filter == .all ? count : "\(photos.count) \(model.filter.rawValue) of \(count)"
    return [belowText(model) ?? first] + (model.marked.isEmpty ? [] : ["\(model.marked.count) marked"])
      + (order == .name ? [] : [order.label])
  }

  /// Where the folder has no images of its own, how many are below and which key shows them; nil where it has some.
  static func belowText(_ model: BrowserModel) -> String? {
    guard model.photos.listedImageCount == 0, let below = model.photos.countBelow else { return nil }
    let key = Keymap.standard.key(for: .deep)?.label ?? ""
    if below.images == 0, !below.isWhole { return nil }
    return below.images == 0
      ? "no images here or below" : "\(images(below)) below: \(key) shows \(below.images == 1 ? "it" : "them")"
  }

  /// As many as were found in the time there was.
  static func images(_ count: ImageCount) -> String { (count.isWhole ? "" : "over ") + images(count.images) }

  static func images(_ count: Int) -> String { count == 1 ? "1 image" : "\(count) images" }
}
