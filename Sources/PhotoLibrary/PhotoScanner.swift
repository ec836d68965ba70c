import SystemPackage

/// Finds photos in whole trees, for commands that work through them.
enum PhotoScanner {
  /// The photos under paths, in the order named, those of a folder and all below it by name.
  /// - Returns: also what could not be read, one sentence each.
  static func scan(_ paths: [FilePath]) -> (photos: [PhotoItem], problems: [String]) {
    let request = ListingRequest(paths: paths, isDeep: true)
    var reader = FolderReader(request)
    reader.read()
    let listing = Listing(reader, for: request, isComplete: true)
    return (listing.photos, listing.problems)
  }
}
