import Captioning
import Terminal

/// Something that happened: all that ever changes the model.
enum Message: Sendable {
  case key(Key)
  case resized(Size)
  /// Time passed; the model looks at its deadlines.
  case tick
  case folder(FolderMessage)
  case preview(PreviewMessage)
  case caption(CaptionMessage)
  case file(FileMessage)
  /// A preview has been painted and can be shown.
  case painted
}

enum FolderMessage: Sendable {
  case listed(Listing)
  /// Names in the folders listed came or went.
  case changed
  /// Photos in sight have other content than when they were looked at.
  case rewritten([String])
}

enum PreviewMessage: Sendable {
  case loaded(path: String, Preview, sidecar: SidecarText?)
  case failed(FileIdentity, reason: String)
  case thumbnail(path: String, Thumbnail)
}

enum CaptionMessage: Sendable {
  /// The weights are loaded.
  case engineReady(WeightsIdentity)
  case engineFailed(String)
  case stage(path: String, CaptionStage)
  case done(CaptionJob, [Caption])
  case failed(CaptionJob, reason: String)
  case cancelled(CaptionJob)
}

/// How far a caption is.
enum CaptionStage: String, Sendable {
  case loading, encoding, decoding
}

enum FileMessage: Sendable {
  case wrote(String)
  /// A sidecar was written and now has this text.
  case wroteSidecar(SidecarText, as: String, SidecarChange)
  /// A change was taken back, or done again; what the sidecar says now.
  case changedSidecar(SidecarChange, SidecarText?, as: String, isRedo: Bool)
  /// What the sidecars of some photos say.
  case sidecarsRead(SidecarPart)
  /// A sidecar that was there before; nothing was written.
  case sidecarExists(photo: String, name: String, isHuman: Bool)
  case failed(String)
}
