import SystemPackage

/// Files about the attention of a caption that lie beside its photo: `dog.attention.png`, `dog.attention.json`.
package enum AttentionFiles {
  /// The file of a kind beside a photo; `extension` tells the kind.
  package static func path(for photo: FilePath, extension: String) -> FilePath {
    Sidecar.beside(photo, extension: "attention.\(`extension`)")
  }

  /// Whether a file in a folder is a sheet of attention, by its name, and no photo to be captioned.
  static func isSheet(_ name: String) -> Bool { name.hasSuffix(".attention.png") }
}
