import Captioning
import PhotoLibrary

/// What the user can want, by a key or in words.
package enum Action: Sendable, Equatable {
  case down, up, first, last, pageDown, pageUp
  case mark, markAll
  /// Asks which photos are to be shown.
  case chooseFilter
  case caption
  /// Captions the marked photos or all without captions; while that goes on, stops it.
  case captionAll
  case previousWord, nextWord, play
  case lessTopK, moreTopK, cooler, warmer
  case sampleAgain, fewerSamples, moreSamples, mode
  case compare, pin, rank
  /// Asks for a setting's number.
  case type(NumberSetting)
  /// One of the captions, counted from 0.
  case pick(Int)
  /// Makes maps of the chosen caption by covering each cell in the photo.
  case covering
  case mapKind, previousLayer, nextLayer, previousHead, nextHead
  case overlay, lessOpacity, moreOpacity, colormap, smooth, heatScale, filmstrip
  case theme, zoom, nextPane, previousPane, mouse
  case grid, order, deep, leaveFolder
  /// Asks for a sentence to recite, for another word to go on from, for cells to hide.
  case say, branch, hide
  /// Shows the chosen caption to several networks, or no longer.
  case networks
  case search, nextMatch, previousMatch
  case edit, undo, redo, write, writeAll, export
  case help, back, redraw, quit
  /// Keeps theme, k, T and symbols for later runs.
  case keepSettings

  // What no key says by itself.
  /// Lists folders and images, from the beginning.
  case open(ListingRequest)
  /// One of the photos, counted from 0.
  case select(Int)
  case enterFolder
  /// Marks one of the photos, counted from 0, or takes its mark away.
  case toggleMark(Int)
  case show(PhotoFilter)
  /// Stops captioning all; what is left can be gone on with.
  case stopCaptioning
  /// One of the chosen caption's words, counted from 0.
  case goToWord(Int)
  case set(SettingsChange)
  /// Puts the user's text for the chosen caption.
  case rewrite(String)
  /// Has a sentence recited.
  case recite(String)
  /// Takes one of the current word's alternatives, counted from 0, and goes on from there.
  case take(Int, isSampled: Bool)
  /// Hides cells from the chosen caption.
  case hideCells(RegionSelection, HiddenRegions.Way, isOnly: Bool)
  /// Answers the question that is asked; nil is an answer that means nothing.
  case answer(Character?)
}

/// A setting of how captions are drawn, and what it is to be.
package enum SettingsChange: Sendable, Equatable {
  case topK(Int)
  case temperature(Float)
  case seed(UInt64)
  case samples(Int)
  case mode(DecodingSettings.Mode)
  case beamWidth(Int)

  /// How undoing calls it.
  var label: String {
    switch self {
    case .topK: "top-k"
    case .temperature: "temperature"
    case .seed: "the seed"
    case .samples: "the number of samples"
    case .mode: "the mode"
    case .beamWidth: "the beam's width"
    }
  }

  func applied(to settings: DecodingSettings) -> DecodingSettings {
    var changed = settings
    switch self {
    case .topK(let count): changed.topK = count
    case .temperature(let value): changed.temperature = value
    case .seed(let seed): changed.seed = seed
    case .samples(let count): changed.samples = count
    case .mode(let mode): changed.mode = mode
    case .beamWidth(let width): changed.mode = .beam(width: width)
    }
    return changed
  }
}
