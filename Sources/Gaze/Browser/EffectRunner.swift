import Foundation
import Terminal

/// Does what the model asks for; what comes of it goes to the mailbox.
protocol EffectRunner: AnyObject {
  func run(_ effect: Effect)
}

/// Does everything on threads of its own: for previews, thumbnails, captions, folders and files.
final class BackgroundEffects: EffectRunner {
  private let mailbox: Mailbox
  private let previews: PreviewLoader
  private let captions: CaptionWorker
  private let previewThread = Worker(name: "previews")
  private let thumbnails: ThumbnailLoader
  private let lister = FolderLister()
  private let watch: FolderWatch
  private let thumbnailThread = Worker(name: "thumbnails")
  private let folderThread = Worker(name: "folders")
  private let captionThread = Worker(name: "captions")
  private let fileThread = Worker(name: "files")

  init(service: any CaptionService, mailbox: Mailbox) {
    self.mailbox = mailbox
    previews = PreviewLoader { mailbox.send($0) }
    thumbnails = ThumbnailLoader { mailbox.send($0) }
    watch = FolderWatch { mailbox.send(.folder(.changed)) }
    captions = CaptionWorker(service: service) { mailbox.send($0) }
  }

  func run(_ effect: Effect) {
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
        if let folders { watch.follow(folders, readIn: Date().timeIntervalSince(start)) }
      }
    case .loadEngine:
      captionThread.submit { [captions] in captions.prepare() }
    case .caption(let job):
      captions.ask(job)
      captionThread.submit { [captions] in captions.run() }
    case .cancelCaption:
      captions.stop()
    case .writeSidecar, .readOrigin, .export:
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
    case .writeSidecar, .readOrigin, .export: FileEffects.perform(effect).map(mailbox.send)
    case .setMouse, .redraw: break
    }
  }
}

/// Effects that only touch files.
enum FileEffects {
  static func perform(_ effect: Effect) -> Message? {
    switch effect {
    case .writeSidecar(let request): return .file(Sidecar.write(request))
    case .readOrigin(let photo, let text):
      return .file(.originRead(photo: photo, isHuman: CaptionOrigin.isHuman(text, beside: photo)))
    case .export(let request): return .file(AttentionExport.write(request))
    default: return nil
    }
  }
}
