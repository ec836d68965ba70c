import Files
import Foundation
import Raster

extension ColorDecision {
  /// The decision for this process and the terminal it runs in.
  /// - Parameter flag: what `--color` asks for.
  public static func ofProcess(flag: ColorDepth?) -> ColorDecision {
    let environment = ProcessEnvironment.variables
    let entry = TerminalDescription.colors(environment: environment)
    return decide(flag: flag, environment: environment, entry: entry)
  }
}
