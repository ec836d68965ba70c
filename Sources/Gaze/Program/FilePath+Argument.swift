import ArgumentParser
import Files
import SystemPackage

/// Arguments reach the parser as `FileName`'s text, which leads back to the bytes they were given as. Slashes that
/// change nothing are dropped: `photos//` is `photos`.
extension FilePath: @retroactive ExpressibleByArgument {
  public init?(argument: String) { self = FileName.path(argument) }
}
