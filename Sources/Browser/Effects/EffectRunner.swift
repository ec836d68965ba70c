import Files
import Foundation
import PhotoLibrary
import Terminal

/// Does what the model asks for; what comes of it goes to the mailbox.
package protocol EffectRunner: AnyObject {
  func run(_ effect: Effect)
}

/// Does everything on threads of its own: for previews, thumbnails, captions, folders and files.
package final class BackgroundEffects: EffectRunner {
  private let mailbox: Mailbox
  private let previews: PreviewLoader
  private let captions: CaptionWorker
  private let previewThread = Worker(name: "previews")
  private let thumbnails: ThumbnailLoader
  private let lister = FolderLister()
  private let watch: FileWatch<FolderStamp>
  private let photoWatch: FileWatch<FileIdentity>
  private let sidecars = SidecarReader()
  private let sidecarThread = Worker(name: "sidecars")
  private let thumbnailThread = Worker(name: "thumbnails")
  private let folderThread = Worker(name: "folders")
  private let captionThread = Worker(name: "captions")
  private let fileThread = Worker(name: "files")

  package init(service: any CaptionService, mailbox: Mailbox) {
    self.mailbox = mailbox
    previews = PreviewLoader { mailbox.send($0) }
    thumbnails = ThumbnailLoader { mailbox.send($0) }
    watch = FileWatch { _ in mailbox.send(.folder(.changed)) }
    photoWatch = FileWatch { mailbox.send(.folder(.rewritten($0.map(\.path)))) }
    captions = CaptionWorker(service: service) { mailbox.send($0) }
  }

  package func run(_ effect: Effect) {
    switch effect {
    case .loadPreviews(let paths, let pixels):
      previews.ask(paths, pixels: pixels)
      previewThread.submit { [previews] in previews.run() }
    case .loadThumbnails(let paths, let style):
      thumbnails.ask(paths, style)
      thumbnailThread.submit { [thumbnails] in thumbnails.run() }
    case .list(let request):
      lister.ask(request)
      folderThread.submit { [lister, watch, mailbox] in
        let start = Date()
        let folders = lister.run { mailbox.send(.folder(.listed($0))) }
        // What is slow to read is looked at less often.
        if let folders { watch.follow(folders, pause: 10 * Date().timeIntervalSince(start)) }
      }
    case .watch(let files): photoWatch.follow(files)
    case .readSidecars(let wish):
      sidecars.ask(wish)
      sidecarThread.submit { [sidecars, mailbox] in sidecars.run { mailbox.send(.file(.sidecarsRead($0))) } }
    case .loadEngine:
      captionThread.submit { [captions] in captions.prepare() }
    case .caption(let job):
      captions.ask(job)
      captionThread.submit { [captions] in captions.run() }
    case .cancelCaption:
      captions.stop()
    case .writeSidecar, .changeSidecar, .export:
      fileThread.submit { [mailbox] in FileEffects.perform(effect).map(mailbox.send) }
    case .setMouse, .redraw: break
    }
  }
}

/// Does everything at once, while the caller waits: what comes of it is there before the next key.
final class ImmediateEffects: EffectRunner {
  private let mailbox: Mailbox
  private let captions: CaptionWorker
  private let lister = FolderLister()
  private let sidecars = SidecarReader()
  /// Every effect that was run, in order.
  private(set) var performed: [Effect] = []

  init(service: any CaptionService, mailbox: Mailbox) {
    self.mailbox = mailbox
    captions = CaptionWorker(service: service) { mailbox.send($0) }
  }

  func run(_ effect: Effect) {
    performed.append(effect)
    switch effect {
    case .loadPreviews(let paths, let pixels):
      for path in paths { mailbox.send(.preview(PreviewLoader.load(path, pixels: pixels))) }
    case .loadThumbnails(let paths, let style):
      for path in paths { mailbox.send(.preview(ThumbnailLoader.load(path, style))) }
    case .list(let request):
      lister.ask(request)
      _ = lister.run { [mailbox] in mailbox.send(.folder(.listed($0))) }
    case .loadEngine: captions.prepare()
    case .caption(let job):
      captions.ask(job)
      captions.run()
    case .cancelCaption: captions.stop()
    case .readSidecars(let wish):
      sidecars.ask(wish)
      sidecars.run { mailbox.send(.file(.sidecarsRead($0))) }
    case .writeSidecar, .changeSidecar, .export: FileEffects.perform(effect).map(mailbox.send)
    case .watch, .setMouse, .redraw: break
    }
  }
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
