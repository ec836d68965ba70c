import Captioning
import PhotoLibrary
import SystemPackage
import Terminal

/// Something that happened: all that ever changes the model.
package enum Message: Sendable {
  case key(Key)
  /// The user wants something, said in another way than by a key.
  case action(Action)
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

package enum FolderMessage: Sendable {
  case listed(Listing)
  /// So many images are in the folders below those listed.
  case counted(ListingRequest, ImageCount)
  /// Names in the folders listed came or went.
  case changed
  /// Photos in sight have other content than when they were looked at.
  case rewritten([FilePath])
}

package enum PreviewMessage: Sendable {
  case loaded(path: FilePath, Preview, sidecar: SidecarText?)
  case failed(FileIdentity, reason: String)
  case thumbnail(path: FilePath, Thumbnail)
}

package enum CaptionMessage: Sendable {
  /// The weights are loaded; so many words the network knows, and such maps say most of them.
  case engineReady(WeightsIdentity, words: Int, maps: MapKind)
  case engineFailed(String)
  case stage(path: FilePath, CaptionStage)
  /// So much of slow work is done, in [0, 1].
  case progress(path: FilePath, Double)
  case done(CaptionJob, [Caption])
  case failed(CaptionJob, reason: String)
  case cancelled(CaptionJob)
}

/// How far a caption is.
package enum CaptionStage: String, Sendable {
  case loading, encoding, decoding
}

package enum FileMessage: Sendable {
  case wrote(String)
  /// Files of an export that are there already, and their names in words; nothing was written.
  case exportExists(ExportRequest, name: String, isOne: Bool)
  /// A sidecar was changed, made or removed by another program; what it says now.
  case sidecarChanged(photo: FilePath, SidecarText?)
  /// What came of writing a sidecar.
  case sidecar(SidecarOutcome)
  /// What the sidecars of some photos say.
  case sidecarsRead(SidecarPart)
  /// Settings are kept in a file.
  case settingsKept(KeptSettings, path: FilePath)
  /// Edits that an earlier run of the program did not write.
  case recovered([UnwrittenEdit])
  case failed(String)
}
