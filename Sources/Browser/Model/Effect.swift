import Captioning
import PhotoLibrary
import Raster
import SystemPackage
import Terminal

/// Work the model asks for; what comes of it returns as messages.
package enum Effect: Sendable, Equatable {
  /// Find photos and folders; replaces what was asked before.
  case list(ListingRequest)
  /// Count the images in the folders below; replaces what was asked before.
  case countBelow(ListingRequest)
  /// Decode photos for showing, the most wanted first; replaces what was asked before.
  case loadPreviews([FilePath], pixels: Size)
  /// Make small pictures, the most wanted first; replaces what was asked before.
  case loadThumbnails([FilePath], ThumbnailStyle)
  case loadEngine
  /// Caption a photo; replaces the caption asked before.
  case caption(CaptionJob)
  case cancelCaption
  case writeSidecar(SidecarWriteRequest)
  /// Take a written sidecar back, or write it again.
  case changeSidecar(SidecarChange, isRedo: Bool)
  /// Read what sidecars say; replaces what was asked before.
  case readSidecars(SidecarReadRequest)
  /// Notice when these files, and no others, get other content.
  case watch([FileIdentity])
  /// Notice when sidecars of these photos, and no others, say something else.
  case watchSidecars([SidecarStamp])
  case export(ExportRequest)
  /// Keep settings for later runs.
  case keepSettings(KeptSettings)
  /// Keep edits that are not written where a later run of the program finds them; none end that.
  case keepEdits([UnwrittenEdit])
  /// Look for edits of earlier runs.
  case findEdits
  /// Those that were found are no longer needed.
  case forgetFoundEdits
  /// For the screen.
  case setMouse(Bool)
  case redraw
}

/// Captions to be drawn for a photo.
package struct CaptionJob: Sendable, Equatable {
  let path: FilePath
  let settings: DecodingSettings
  /// Modes to draw with instead of the settings' own, for captions to compare with; none in an ordinary job.
  var references: [DecodingSettings.Mode] = []
  /// Whether it is one of many that go on in the background.
  var isQueued = false
  /// What stands beside the photo, or somebody wrote for it, to be read by the network instead of drawing anything.
  var text: String?
  /// Captions that are to have other maps, instead of drawing any.
  var retold: [Caption] = []
  /// Which maps those are to have, or the words of other networks. What is drawn has maps of attention, which cost nothing.
  var maps = MapChoice()
  /// What is asked of the network instead.
  var question: Question?

  /// Whether one of several networks is asked.
  var isOfNetworks: Bool { if case .network = question { true } else { false } }

  /// What to draw with, one after another.
  var draws: [DecodingSettings] {
    guard !references.isEmpty else { return [settings] }
    return references.map { mode in
      var own = settings
      own.mode = mode
      return own
    }
  }
}

/// A caption whose attention is to be kept.
package struct ExportRequest: Sendable, Equatable {
  let photo: FilePath
  let name: String
  let caption: Caption
  let weights: WeightsIdentity
  let look: AttentionLook
  /// Whether files that are there already may be replaced.
  var replaces = false
}
