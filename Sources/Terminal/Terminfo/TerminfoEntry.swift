/// A compiled terminfo entry, read and written in the format of term(5).
package struct TerminfoEntry: Equatable, Sendable {
  /// A capability without a standard place, found by its name.
  struct Extended<Value: Equatable & Sendable>: Equatable, Sendable {
    var name: String
    var value: Value
  }

  /// Aliases between bars, without the terminating zero.
  var names: [UInt8]
  /// 1 where the terminal has the capability.
  var booleans: [UInt8] = []
  /// Negative where the terminal lacks the capability.
  var numbers: [Int32] = []
  /// Without the terminating zero; nil where the terminal lacks the capability.
  var strings: [[UInt8]?] = []
  var extendedBooleans: [Extended<UInt8>] = []
  var extendedNumbers: [Extended<Int32>] = []
  var extendedStrings: [Extended<[UInt8]?>] = []

  subscript(flag: Flag) -> Bool {
    get { flag.rawValue < booleans.count && booleans[flag.rawValue] == 1 }
    set {
      while booleans.count <= flag.rawValue { booleans.append(0) }
      booleans[flag.rawValue] = newValue ? 1 : 0
    }
  }

  /// Nil where the terminal lacks the number.
  subscript(number: Number) -> Int? {
    get {
      guard number.rawValue < numbers.count, numbers[number.rawValue] >= 0 else { return nil }
      return Int(numbers[number.rawValue])
    }
    set {
      while numbers.count <= number.rawValue { numbers.append(-1) }
      numbers[number.rawValue] = newValue.map { Int32(clamping: $0) } ?? -1
    }
  }

  /// Nil where the terminal lacks the string.
  subscript(text: Text) -> [UInt8]? {
    get { text.rawValue < strings.count ? strings[text.rawValue] : nil }
    set {
      while strings.count <= text.rawValue { strings.append(nil) }
      strings[text.rawValue] = newValue
    }
  }

  /// An extended string by its name.
  func extendedString(_ name: String) -> [UInt8]? { extendedStrings.first { $0.name == name }?.value }

  func hasExtended(_ name: String) -> Bool {
    extendedBooleans.contains { $0.name == name && $0.value == 1 }
      || extendedNumbers.contains { $0.name == name && $0.value > 0 }
      || extendedStrings.contains { $0.name == name && $0.value != nil }
  }

  /// What colour detection wants to know.
  func colorFacts(term: String) -> ColorDecision.Entry {
    ColorDecision.Entry(
      colors: self[.colors] ?? -1, direct: term.hasSuffix("-direct") || hasExtended("RGB"),
      truecolor: hasExtended("Tc"))
  }
}
