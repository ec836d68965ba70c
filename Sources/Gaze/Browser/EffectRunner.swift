import Terminal

/// Does what the model asks for; what comes of it goes to the mailbox.
protocol EffectRunner: AnyObject {
  func run(_ effect: Effect)
}

/// Does everything on threads of its own: one for previews, one for captions, one for files.
final class BackgroundEffects: EffectRunner {
  private let mailbox: Mailbox
  private let previews: PreviewLoader
  private let captions: CaptionWorker
  private let previewThread = Worker(name: "previews")
  private let captionThread = Worker(name: "captions")
  private let fileThread = Worker(name: "files")

  init(service: any CaptionService, mailbox: Mailbox) {
    self.mailbox = mailbox
    previews = PreviewLoader { mailbox.send($0) }
    captions = CaptionWorker(service: service) { mailbox.send($0) }
  }

  func run(_ effect: Effect) {
    switch effect {
    case .loadPreviews(let paths, let pixels):
      previews.ask(paths, pixels: pixels)
      previewThread.submit { [previews] in previews.run() }
    case .loadEngine:
      captionThread.submit { [captions] in captions.prepare() }
    case .caption(let job):
      captions.ask(job)
      captionThread.submit { [captions] in captions.run() }
    case .cancelCaption:
      captions.stop()
    case .scan, .writeSidecar, .readOrigin, .export:
      fileThread.submit { [mailbox] in FileEffects.perform(effect).map(mailbox.send) }
    case .setMouse, .redraw: break
    }
  }
}

/// Does everything at once, while the caller waits: what comes of it is there before the next key.
final class ImmediateEffects: EffectRunner {
  private let mailbox: Mailbox
  private let captions: CaptionWorker
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
    case .loadEngine: captions.prepare()
    case .caption(let job):
      captions.ask(job)
      captions.run()
    case .cancelCaption: captions.stop()
    case .scan, .writeSidecar, .readOrigin, .export: FileEffects.perform(effect).map(mailbox.send)
    case .setMouse, .redraw: break
    }
  }
}

/// Effects that only touch files.
enum FileEffects {
  static func perform(_ effect: Effect) -> Message? {
    switch effect {
    case .scan(let paths):
      let (photos, problems) = PhotoScanner.scan(paths)
      return .folder(.scanned(photos, problems: problems))
    case .writeSidecar(let request): return .file(Sidecar.write(request))
    case .readOrigin(let photo, let text):
      return .file(.originRead(photo: photo, isHuman: CaptionOrigin.isHuman(text, beside: photo)))
    case .export(let request): return .file(AttentionExport.write(request))
    default: return nil
    }
  }
}
