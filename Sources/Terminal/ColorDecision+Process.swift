import Foundation
import Raster

extension ColorDecision {
  /// The decision for this process and the terminal it runs in.
  /// - Parameter flag: what `--color` asks for.
  public static func ofProcess(flag: ColorDepth?) -> ColorDecision {
    let environment = ProcessInfo.processInfo.environment
    let term = environment["TERM"] ?? ""
    let entry = TerminfoEntry.find(term: term, environment: environment)?.colorFacts(term: term)
    return decide(flag: flag, environment: environment, entry: entry)
  }
}
