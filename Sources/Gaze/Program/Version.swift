/// The program's version, from which the manual pages, the package and the weights' provenance have it.
enum ProgramVersion {
  static let text = "0.2.0"
}
