import Captioning
import Terminal

/// Work the model asks for; what comes of it returns as messages.
enum Effect: Sendable, Equatable {
  /// Find the photos under paths.
  case scan([String])
  /// Decode photos for showing, the most wanted first; replaces what was asked before.
  case loadPreviews([String], pixels: Size)
  case loadEngine
  /// Caption a photo; replaces the caption asked before.
  case caption(CaptionJob)
  case cancelCaption
  case writeSidecar(SidecarRequest)
  case export(ExportRequest)
  /// For the screen.
  case setMouse(Bool)
  case redraw
}

/// Captions to be drawn for a photo.
struct CaptionJob: Sendable, Equatable {
  let path: String
  let settings: DecodingSettings
}

/// A caption to be kept beside its photo.
struct SidecarRequest: Sendable, Equatable {
  let photo: String
  let text: String
  /// Whether a sidecar that is there already may be replaced.
  let replaces: Bool
}

/// A caption whose attention is to be kept.
struct ExportRequest: Sendable, Equatable {
  let photo: String
  let name: String
  let caption: Caption
  let weights: WeightsIdentity
  let look: AttentionLook
}

/// How attention is shown over a photo.
struct AttentionLook: Sendable, Hashable {
  var isOn = true
  /// 0…1.
  var opacity: Float
  var smooth: Bool
  /// The name of a `Colormap`.
  var colormap: String
}
