/// Files about the attention of a caption that lie beside its photo: `dog.attention.png`, `dog.attention.json`.
package enum AttentionFiles {
  /// What stands between the photo's name without its extension and the file's own extension.
  package static let suffix = ".attention"

  /// Whether a file in a folder is a sheet of attention, by its name, and no photo to be captioned.
  static func isSheet(_ name: String) -> Bool { name.hasSuffix(suffix + ".png") }
}
