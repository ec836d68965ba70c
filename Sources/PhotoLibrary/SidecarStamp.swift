import SystemPackage

/// What stood beside a photo when that was last looked at.
package struct SidecarStamp: FileStamp {
  package let photo: FilePath
  /// Nil where there was nothing.
  let text: SidecarText?

  package init(photo: FilePath, text: SidecarText?) { (self.photo, self.text) = (photo, text) }

  package var isOutdated: Bool { Sidecar.read(for: photo) != text }
}
