import Captioning
import Files
import Raster
import SystemPackage
import Tensors

/// What a run of distillation learns from: photos, and a teacher that saw them or looks at them meanwhile.
public struct DistillationData: Sendable {
  enum Teacher: Sendable {
    /// What it saw in some views.
    case views(TeacherFile)
    /// The network itself, which sees whatever the student sees.
    case network(ImageClassifier)
  }

  let teacher: Teacher
  public let photos: [TeacherPhoto]
  /// Names of the teacher's that no folder holds, and files that are no images.
  public let missing: [String]
  /// The teacher's sizes and the photos in training order: a run on other data is another run.
  let digest: String

  /// Numbers of each of the teacher's regions, and its classes.
  let components: Int
  let classes: Int

  /// Views of photos with what a teacher saw in them.
  /// - Parameters:
  ///   - file: what the teacher saw.
  ///   - folders: where the photos are; the first folder that has a file wins.
  public init(views file: TeacherFile, folders: [FilePath]) {
    var (found, missing): ([TeacherPhoto], [String]) = ([], [])
    for (index, name) in file.photos.enumerated() {
      let candidates = folders.map { $0.appending(FileName.path(name).components) }
      if let path = candidates.first(where: Self.isImage) {
        found.append(.init(index: index, path: path))
      } else {
        missing.append(name)
      }
    }
    (teacher, photos, self.missing) = (.views(file), found, missing)
    (components, classes) = (file.components, file.classes)
    digest = Self.digest(
      "\(file.views) \(file.side) \(file.components) \(file.classes)",
      found.map { "\($0.index) \(file.photos[$0.index])" })
  }

  /// Photos that the teacher looks at while the student learns.
  /// - Parameters:
  ///   - network: the teacher.
  ///   - files: images; their order does not matter.
  public init(teacher network: ImageClassifier, files: [FilePath]) {
    // By digests of their names: those held out are of every folder and stay the same when others come or go.
    let named = files.map { path in (key: Self.digest(FileName.name(path), []), path: path) }
    let sorted = named.sorted { ($0.key, $0.path.string) < ($1.key, $1.path.string) }.map(\.path)
    let found = sorted.filter(Self.isImage)
    missing = sorted.count == found.count ? [] : sorted.filter { !Self.isImage($0) }.map { FileName.text($0) }
    teacher = .network(network)
    photos = found.enumerated().map { TeacherPhoto(index: $0, path: $1) }
    (components, classes) = (network.encoder.description.channels, network.classes)
    digest = Self.digest(network.sha256, found.map { FileName.name($0) })
  }

  private static func isImage(_ path: FilePath) -> Bool { (try? ImageDecoder.size(path: path)) != nil }

  private static func digest(_ teacher: String, _ photos: [String]) -> String {
    Array(([teacher] + photos).joined(separator: "\n").utf8).withUnsafeBytes { Digest.sha256($0) }
  }

  /// Views kept of each photo; nil where every step makes its own.
  public var viewsOfAPhoto: Int? { if case .views(let file) = teacher { file.views } else { nil } }

  /// The mean over the photos and regions of what the teacher sees, `[K]`: what a run on these data subtracts from it.
  /// Zeros where the file of views has done so.
  /// - Parameters:
  ///   - ranks: processes that share the work.
  ///   - report: told how many photos the teacher has seen.
  /// - Returns: nil when `shouldStop` turned true before it was there.
  func center(
    _ options: DistillationOptions, ranks: any RankGroup, shouldStop: () -> Bool, report: (TrainingEvent) -> Void
  ) throws -> Tensor? {
    guard case .network(let network) = teacher else { return Tensor([components]) }
    return try LiveViewMaker(
      teacher: network, photos: trainingPhotos(options), options: options, center: Tensor([components])
    ).meanOfRegions(ranks: ranks, shouldStop: shouldStop, report: report)
  }

  private func heldOut(_ options: DistillationOptions) -> Int { min(options.heldOut, photos.count / 4) }

  private func trainingPhotos(_ options: DistillationOptions) -> [TeacherPhoto] {
    Array(photos.dropLast(heldOut(options)))
  }

  /// - Throws: where teacher and student see pictures of different sizes.
  func check(_ options: DistillationOptions) throws(CaptioningError) {
    guard case .network(let network) = teacher else { return }
    let (side, sees) = (options.inputSize, network.description.encoder)
    if sees.height != side || sees.width != side {
      throw .training(
        "\(network.path): the teacher sees \(sees.height)×\(sees.width) pixels, expected the encoder's \(side)×\(side)")
    }
  }

  /// What makes the views to learn from and to validate on.
  func makers(
    _ options: DistillationOptions, center: Tensor
  ) -> (training: any ViewMaking, validation: any ViewMaking) {
    func maker(_ photos: [TeacherPhoto]) -> any ViewMaking {
      switch teacher {
      case .views(let file): ViewMaker(teacher: file, photos: photos, options: options)
      case .network(let network):
        LiveViewMaker(teacher: network, photos: photos, options: options, center: center)
      }
    }
    return (maker(trainingPhotos(options)), maker(photos.suffix(heldOut(options))))
  }
}
