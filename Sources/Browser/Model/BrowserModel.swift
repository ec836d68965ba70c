import Captioning
import PhotoLibrary
import Raster
import Terminal

/// Everything the browser knows: a value that only `update` changes and only the view reads.
package struct BrowserModel: Sendable {
  /// What the keys j and k move in.
  enum Pane: Sendable, Equatable { case photos, captions }

  /// A line being typed, and what for.
  enum Prompt: Sendable, Equatable {
    /// A search that began at a photo.
    case search(LineEditor, from: Int)
    case edit(LineEditor)
    case seed(LineEditor)
    /// A question that y answers.
    case confirm(Confirmation)
  }

  /// One sentence about what was done or went wrong, shown until the next key.
  struct Notice: Sendable, Equatable {
    enum Kind: Sendable { case information, warning, error }
    var kind: Kind
    var text: String
  }

  /// The weights.
  enum Engine: Sendable, Equatable {
    case loading
    case ready(WeightsIdentity)
    case failed(String)
  }

  /// A caption being made.
  struct Work: Sendable, Equatable {
    var job: CaptionJob
    var stage: CaptionStage
  }

  // The screen.
  var size: Size
  var depth: ColorDepth
  var glyphs: GlyphSupport

  // The photos.
  /// What was asked for, as the header shows it.
  var title: String
  var listing = ListingRequest(paths: [])
  /// The folders entered on the way here.
  var trail: [FolderVisit] = []
  /// What of the listing is there already, folders first.
  var photos: [Photo] = []
  var folderCount = 0
  /// Where each path is among them, and their names for searching.
  var places: [String: Int] = [:]
  var names = NameIndex()
  /// Photos whose sidecars have been read with their previews, or were written, for searching them.
  var sidecars: Set<String> = []
  /// What the sidecars of all photos say, in parts; which listing it is of, and which one is shown.
  var captionIndex: [CaptionIndex] = []
  var indexedListing = 0
  var listingNumber = 0
  var isReadingSidecars = false
  /// The files whose changes are noticed.
  var watched: [FileIdentity] = []
  /// What the photos are a listing of, and which of them to select once it is there.
  var shown: ListingRequest?
  var toSelect: String?
  var isScanning = true
  /// Whether Enter was pressed before anything was listed: the first photo is captioned once it is there.
  var captionsFirst = false
  var selection = 0
  var previews = BoundedCache<String, Preview>(capacity: 24)
  var wantedPreviews: [String] = []
  /// Small pictures, when photos are shown in a grid.
  var isGrid = false
  var thumbnails = BoundedCache<String, Thumbnail>(capacity: 600)

  // Their captions.
  var settings: DecodingSettings
  var records: [String: CaptionRecord] = [:]
  var engine: Engine = .loading
  var work: Work?
  var undoSteps: [UndoStep] = []
  var redoSteps: [UndoStep] = []

  // How it looks.
  var themes: ThemeLibrary
  var theme: Theme
  var colormaps: [String]
  var look: AttentionLook
  var symbols: SymbolSet?
  var isMouseOn = true
  var isZoomed = false
  var isComparing = false
  /// Whether every word's picture is shown, not the current one's alone.
  var isFilmstrip = false
  /// Whether the likeliest captions come first.
  var isRanked = false
  var helpOffset: Int?
  var pane = Pane.photos

  // What goes on.
  var prompt: Prompt?
  var search = ""
  /// The search that goes on by itself; ended by any key.
  var awaitedMatch: AwaitedMatch?
  var notice: Notice?
  /// When the next word is shown; nil when words are not playing.
  var nextWordAt: Int?
  var hasQuit = false

  package init(
    size: Size, depth: ColorDepth, glyphs: GlyphSupport, title: String, settings: DecodingSettings,
    themes: ThemeLibrary, theme: Theme, colormaps: [String], look: AttentionLook, symbols: SymbolSet? = nil
  ) {
    self.size = size
    self.depth = depth
    self.glyphs = glyphs
    self.title = title
    self.settings = settings
    self.themes = themes
    self.theme = theme
    self.colormaps = colormaps
    self.look = look
    self.symbols = symbols
  }

  var photo: Photo? { photos.indices.contains(selection) ? photos[selection] : nil }

  package var record: CaptionRecord? { photo.flatMap { records[$0.path] } }

  /// Whether something that was asked for is not there yet.
  var isBusy: Bool { isScanning || work != nil || isAwaitingPreview }

  /// Whether the selected photo's preview, or small picture in the grid, is still being decoded.
  var isAwaitingPreview: Bool {
    guard let photo, photo.status == .unread else { return false }
    return isGrid ? thumbnails.peek(photo.path) == nil : previews.peek(photo.path) == nil
  }

  /// When `tick` is wanted next.
  var deadline: Int? { nextWordAt }

  var layout: Layout { Layout(self) }
}
