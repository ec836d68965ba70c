import Foundation
import SystemPackage
import TestSupport

@testable import Tensors
@testable import WeightFiles

/// A copy of one of the fixture's folders, with something changed; removed with the test.
final class ChangedFolder {
  private let place: TemporaryFolder
  let path: FilePath

  /// - Parameter change: is given all tensors by name, and may take some away, add some and change numbers.
  init(_ folder: String, change: (inout [String: Tensor]) throws -> Void) throws {
    place = try TemporaryFolder()
    path = place.path(folder)
    try FileManager.default.copyItem(atPath: Fixtures.path("transformers/\(folder)").string, toPath: path.string)
    let model = path.appending("model.safetensors")
    let file = try SafetensorsFile(path: model)
    var tensors: [String: Tensor] = [:]
    for name in file.names where file.info(name)?.dtype == .float32 { tensors[name] = try file.tensor(name) }
    try change(&tensors)
    try writeSafetensors(tensors.map { NamedTensor($0.key, $0.value) }, to: model)
  }

  /// - Parameter files: what some of its files say instead; nil takes one away.
  init(_ folder: String, files: [String: String?]) throws {
    place = try TemporaryFolder()
    path = place.path(folder)
    try FileManager.default.copyItem(atPath: Fixtures.path("transformers/\(folder)").string, toPath: path.string)
    for (name, text) in files {
      let file = path.appending(name)
      if file.exists { try FileManager.default.removeItem(atPath: file.string) }
      if let text { try Data(text.utf8).write(to: URL(fileURLWithPath: file.string)) }
    }
  }
}
