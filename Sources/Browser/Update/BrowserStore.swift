/// Holds the model. Messages are the only way in, so that all that happens can be told, repeated and tested.
package struct BrowserStore {
  package private(set) var model: BrowserModel

  init(_ model: BrowserModel) { self.model = model }

  /// Takes a message in.
  /// - Parameter now: the time in milliseconds.
  /// - Returns: the work that follows from it.
  mutating func send(_ message: Message, now: Int) -> [Effect] { model.update(message, now: now) }
}
