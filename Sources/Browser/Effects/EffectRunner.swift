import Files
import Foundation
import PhotoLibrary
import SystemPackage
import Terminal

/// Does what the model asks for; what comes of it goes to the mailbox.
package protocol EffectRunner: AnyObject {
  func run(_ effect: Effect)
  /// Waits until files that are being written are.
  func finish()
}

/// Does everything on threads of its own: for previews, thumbnails, captions, folders and files.
package final class BackgroundEffects: EffectRunner {
  private let mailbox: Mailbox
  private let previews: LatestRequestWorker<PreviewBatch>
  private let thumbnails: LatestRequestWorker<ThumbnailBatch>
  private let folders: LatestRequestWorker<ListingRequest>
  private let sidecars: LatestRequestWorker<SidecarReadRequest>
  private let photoWatch: FileWatch<FileIdentity>
  private let sidecarWatch: FileWatch<SidecarStamp>
  private let captions: CaptionWorker
  private let captionThread = Worker(name: "captions")
  private let fileThread = Worker(name: "files")
  private let counts: LatestRequestWorker<ListingRequest>
  private let recovery: EditRecovery?
  private let settingsFile: SettingsFile?
  private let recoveryThread = Worker(name: "recovery")

  private struct PreviewBatch: Sendable {
    let paths: [FilePath]
    let pixels: Size
  }

  private struct ThumbnailBatch: Sendable {
    let paths: [FilePath]
    let style: ThumbnailStyle
  }

  /// - Parameters:
  ///   - service: captions photos.
  ///   - mailbox: where results go.
  ///   - recovery: where edits that are not written are kept.
  ///   - settingsFile: where settings are kept.
  package init(
    service: any CaptionService, mailbox: Mailbox, recovery: EditRecovery? = nil, settingsFile: SettingsFile? = nil
  ) {
    self.mailbox = mailbox
    self.recovery = recovery
    self.settingsFile = settingsFile
    counts = LatestRequestWorker(name: "counts") { request, isSuperseded in
      if let count = FolderLister.countBelow(request, isSuperseded: isSuperseded) {
        mailbox.send(.folder(.counted(request, count)))
      }
    }
    previews = LatestRequestWorker(name: "previews") { batch, isSuperseded in
      for path in batch.paths where !isSuperseded() {
        mailbox.send(.preview(PreviewLoader.load(path, pixels: batch.pixels)))
      }
    }
    thumbnails = LatestRequestWorker(name: "thumbnails") { batch, isSuperseded in
      for path in batch.paths where !isSuperseded() { mailbox.send(.preview(PreviewLoader.load(path, batch.style))) }
    }
    sidecars = LatestRequestWorker(name: "sidecars") { request, isSuperseded in
      SidecarReader.read(request, isSuperseded: isSuperseded) { mailbox.send(.file(.sidecarsRead($0))) }
    }
    let (lister, folderWatch) = (FolderLister(), FileWatch<FolderStamp> { _ in mailbox.send(.folder(.changed)) })
    folders = LatestRequestWorker(name: "folders") { request, isSuperseded in
      let start = Date()
      let read = lister.list(request, isSuperseded: isSuperseded) { mailbox.send(.folder(.listed($0))) }
      // What is slow to read is looked at less often.
      if let read { folderWatch.follow(read, pause: 10 * Date().timeIntervalSince(start)) }
    }
    photoWatch = FileWatch { mailbox.send(.folder(.rewritten($0.map(\.path)))) }
    sidecarWatch = FileWatch { changed in
      for stamp in changed { mailbox.send(.file(.sidecarChanged(photo: stamp.photo, Sidecar.read(for: stamp.photo)))) }
    }
    captions = CaptionWorker(service: service) { mailbox.send($0) }
  }

  package func run(_ effect: Effect) {
    switch effect {
    case .loadPreviews(let paths, let pixels): previews.ask(PreviewBatch(paths: paths, pixels: pixels))
    case .loadThumbnails(let paths, let style): thumbnails.ask(ThumbnailBatch(paths: paths, style: style))
    case .list(let request): folders.ask(request)
    case .countBelow(let request): counts.ask(request)
    case .watch(let files): photoWatch.follow(files)
    case .watchSidecars(let stamps): sidecarWatch.follow(stamps)
    case .readSidecars(let request): sidecars.ask(request)
    case .loadEngine: captionThread.submit { [captions] in captions.prepare() }
    case .caption(let job):
      captions.ask(job)
      captionThread.submit { [captions] in captions.run() }
    case .cancelCaption: captions.stop()
    case .keepSettings(let settings):
      fileThread.submit { [mailbox, settingsFile] in mailbox.send(SettingsFile.keep(settings, in: settingsFile)) }
    case .writeSidecar, .changeSidecar, .export:
      fileThread.submit { [mailbox] in FileEffects.perform(effect).map(mailbox.send) }
    case .keepEdits, .findEdits, .forgetFoundEdits:
      recoveryThread.submit { [mailbox, recovery] in recovery?.perform(effect).map(mailbox.send) }
    case .setMouse, .redraw: break
    }
  }

  package func finish() {
    fileThread.waitUntilDone()
    recoveryThread.waitUntilDone()
  }
}

/// Does everything at once, while the caller waits: what comes of it is there before the next key.
final class ImmediateEffects: EffectRunner {
  private let mailbox: Mailbox
  private let captions: CaptionWorker
  private let lister = FolderLister()
  private let recovery: EditRecovery?
  private let settingsFile: SettingsFile?
  /// Every effect that was run, in order.
  private(set) var performed: [Effect] = []

  init(
    service: any CaptionService, mailbox: Mailbox, recovery: EditRecovery? = nil, settingsFile: SettingsFile? = nil
  ) {
    self.mailbox = mailbox
    self.recovery = recovery
    self.settingsFile = settingsFile
    captions = CaptionWorker(service: service) { mailbox.send($0) }
  }

  func run(_ effect: Effect) {
    performed.append(effect)
    switch effect {
    case .loadPreviews(let paths, let pixels):
      for path in paths { mailbox.send(.preview(PreviewLoader.load(path, pixels: pixels))) }
    case .loadThumbnails(let paths, let style):
      for path in paths { mailbox.send(.preview(PreviewLoader.load(path, style))) }
    case .list(let request): _ = lister.list(request) { [mailbox] in mailbox.send(.folder(.listed($0))) }
    case .countBelow(let request):
      FolderLister.countBelow(request).map { mailbox.send(.folder(.counted(request, $0))) }
    case .keepSettings(let settings): mailbox.send(SettingsFile.keep(settings, in: settingsFile))
    case .loadEngine: captions.prepare()
    case .caption(let job):
      captions.ask(job)
      captions.run()
    case .cancelCaption: captions.stop()
    case .readSidecars(let request): SidecarReader.read(request) { mailbox.send(.file(.sidecarsRead($0))) }
    case .writeSidecar, .changeSidecar, .export: FileEffects.perform(effect).map(mailbox.send)
    case .keepEdits, .findEdits, .forgetFoundEdits: (recovery?.perform(effect)).map(mailbox.send)
    case .watch, .watchSidecars, .setMouse, .redraw: break
    }
  }

  func finish() {}
}

/// Effects that only touch files.
enum FileEffects {
  static func perform(_ effect: Effect) -> Message? {
    switch effect {
    case .writeSidecar(let request): return .file(.sidecar(Sidecar.write(request)))
    case .changeSidecar(let change, let isRedo): return .file(.sidecar(Sidecar.apply(change, isRedo: isRedo)))
    case .export(let request): return .file(AttentionExport.write(request))
    default: return nil
    }
  }
}
