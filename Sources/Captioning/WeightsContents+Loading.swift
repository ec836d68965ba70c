import SystemPackage

extension WeightsContents {
  /// - Throws: `WeightFileError` or `CaptioningError` when it is missing, broken or of no kind known here.
  package init(path: FilePath) throws { self = try Networks.contents(at: path) }
}
