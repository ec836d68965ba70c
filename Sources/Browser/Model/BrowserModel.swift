import Captioning
import PhotoLibrary
import Raster
import SystemPackage
import Terminal

/// Everything the browser knows: a value that only `update` changes and only views read.
package struct BrowserModel: Sendable {
  var display: Display
  var folders: FolderTrail
  var photos = PhotoList()
  var sidecars = SidecarIndex()
  var pictures = PictureCache()
  var captions: Captions
  var networks: ComparedNetworks
  var history = UndoHistory()
  var appearance: Appearance
  var views = Views()
  /// What the last line of the screen asks.
  var prompt: Prompt?
  var notice: Notice?
  var search = Search.none
  /// How many photos have what is being typed to be searched, and which of them is shown.
  var searchPlace = ""
  /// Which of the photos listed are shown.
  var filter = PhotoFilter.all
  /// Paths of photos the user marked, all of them listed.
  var marked: Set<FilePath> = []
  /// Captions being written together.
  var saving: GroupSaving?
  /// When words play by themselves.
  var playback: Playback?
  /// What the browser does by itself.
  var lesson: Lesson?
  var session = Session.browsing
  /// The edits that a later run of the program would find if this one ended now.
  var kept = KeptEdits()

  /// - Parameters:
  ///   - size: of the screen, in cells.
  ///   - depth: the colours the screen has.
  ///   - glyphs: the block characters it can draw.
  ///   - title: what the list of photos is called.
  ///   - settings: captions are drawn with at first.
  ///   - themes: to choose from.
  ///   - theme: the one to begin with.
  ///   - colormaps: names of the heat's colours to choose from.
  ///   - look: how attention is shown at first.
  ///   - symbols: the block characters of previews; nil takes the finest that `glyphs` has.
  ///   - themeSource: the name or path the theme was asked for by, where that is not its name.
  ///   - networks: what other networks are called that captions can be shown to.
  ///   - lesson: to be replayed.
  package init(
    size: Size, depth: ColorDepth, glyphs: GlyphSupport, title: String, settings: DecodingSettings,
    themes: ThemeLibrary, theme: Theme, colormaps: [String], look: AttentionLook, symbols: SymbolSet? = nil,
    themeSource: String? = nil, networks: [String] = [], lesson: Lesson? = nil
  ) {
    display = Display(size: size, depth: depth, glyphs: glyphs)
    folders = FolderTrail(title: title)
    captions = Captions(settings: settings)
    self.networks = ComparedNetworks(others: networks)
    self.lesson = lesson
    appearance = Appearance(
      themes: themes, theme: theme, source: themeSource, colormaps: colormaps, look: look, symbols: symbols)
  }

  /// The selected image or folder.
  var photo: PhotoItem? { photos.selected }

  /// The captions of the selected image.
  package var record: CaptionRecord? { photo.flatMap { captions[$0.path] } }

  /// Whether something that was asked for is not there yet.
  var isBusy: Bool {
    photos.isReading || captions.work != nil || saving != nil || isAwaitingPicture
  }

  /// Whether the selected photo's preview, or small picture in the grid, is still being decoded.
  private var isAwaitingPicture: Bool {
    guard let photo, photo.status == .unread else { return false }
    return views.isGrid
      ? pictures.thumbnails.peek(photo.path) == nil : pictures.previews.peek(photo.path) == nil
  }

  /// When `tick` is wanted next.
  var deadline: Int? { [playback?.nextWordAt, lesson?.deadline].compactMap { $0 }.min() }

  var hasQuit: Bool { session == .over }

  mutating func inform(_ text: String) { notice = Notice(kind: .information, text: text) }
  mutating func warn(_ text: String) { notice = Notice(kind: .warning, text: text) }
  mutating func fail(_ text: String) { notice = Notice(kind: .error, text: text) }
}

/// The screen the browser is shown on.
struct Display: Sendable, Equatable {
  var size: Size
  let depth: ColorDepth
  let glyphs: GlyphSupport
  var isMouseOn = true
}

/// One sentence about what was done or went wrong, shown until the next key.
struct Notice: Sendable, Equatable {
  enum Kind: Sendable { case information, warning, error }
  let kind: Kind
  let text: String
}

/// Words shown one after another by the clock.
struct Playback: Sendable, Equatable {
  /// How long a word stays.
  static let wordMilliseconds = 450

  let nextWordAt: Int

  /// - Parameter now: the time in milliseconds at which a word begins to be shown.
  init(from now: Int) { nextWordAt = now + Self.wordMilliseconds }
}

/// Whether the browser is open.
enum Session: Sendable, Equatable {
  case browsing
  /// Edits of these photos are being written, then it is closed.
  case leaving(writing: Set<FilePath>)
  case over
}

/// Edits that were handed to be kept.
struct KeptEdits: Sendable, Equatable {
  fileprivate(set) var edits: [UnwrittenEdit] = []
  /// Up to which change of the captions.
  fileprivate var changes = 0
}

extension BrowserModel {
  /// What is to be kept now; nil when that has not changed since it was asked before.
  mutating func takeUnwrittenEdits() -> [UnwrittenEdit]? {
    guard kept.changes != captions.changes else { return nil }
    kept.changes = captions.changes
    let edits = captions.unwritten
    guard edits != kept.edits else { return nil }
    kept.edits = edits
    return edits
  }
}
