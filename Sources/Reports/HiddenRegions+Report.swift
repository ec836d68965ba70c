import Captioning
import Files
import Raster

extension HiddenRegions {
  /// `4 of 64 cells left out of attention` or `all but 4 of 64 cells covered in the photo`.
  package var inWords: String {
    let (all, left) = (rows * columns, rows * columns - regions.count)
    let cells = regions.count > left ? "all but \(left) of \(all) cells" : "\(regions.count) of \(all) cells"
    return "\(cells) \(way.inWords)"
  }

  /// `fell 0.40`, of a word's log-probability, or `rose 0.12`.
  package static func inWords(fall: Float) -> String {
    "\(fall < 0 ? "rose" : "fell") \(Figures.logProbability(abs(fall)))"
  }

  /// Rows and columns of the hidden cells from 1, or of those that are left where they are fewer.
  package var placesInWords: String {
    let isMost = 2 * regions.count > rows * columns
    let places = (isMost ? kept : regions).map { "\($0 / columns + 1),\($0 % columns + 1)" }
    return (isMost ? "left: " : "") + places.joined(separator: " ")
  }
}

extension HiddenRegions.Way {
  /// What becomes of hidden cells.
  package var inWords: String {
    switch self {
    case .attention: "left out of attention"
    case .photo: "covered in the photo"
    }
  }
}

extension Caption {
  /// By how much each word's log-probability is lower than where nothing is hidden; nil where the words are others.
  /// - Parameter whole: the same words with nothing hidden.
  package func falls(from whole: Caption) -> [Float]? {
    guard hidden != nil, words.map(\.tokenNumbers) == whole.words.map(\.tokenNumbers) else { return nil }
    return zip(words, whole.words).map { $1.logProbability - $0.logProbability }
  }
}

extension CaptionWord {
  fileprivate var tokenNumbers: [Int] { tokens.map(\.token) }
}

extension PixelImage {
  /// The photo as a network sees it that cannot look everywhere: covered, or darkened where it is left out.
  package func showing(_ hidden: HiddenRegions) -> PixelImage {
    switch hidden.way {
    case .photo: covering(hidden.regions, rows: hidden.rows, columns: hidden.columns)
    case .attention: darkening(hidden.regions, rows: hidden.rows, columns: hidden.columns)
    }
  }
}
