/// Terminfo's language for strings that numbers are filled into (terminfo(5), "Parameterized Strings").
enum TerminfoParameters {
  /// Whether a string keeps to the language, takes no more than `count` parameters, all numbers, and never takes a value
  /// off an empty stack.
  static func areSound(_ text: [UInt8], count: Int) -> Bool {
    var checker = Checker(rest: text[...], count: count)
    return checker.isSound()
  }

  /// Runs over the string once. Both branches of a condition must leave the stack as deep as each other.
  private struct Checker {
    /// A condition not ended yet: how deep the stack is where its branches begin, and after a branch.
    struct Condition {
      var isTested = false
      var before = 0
      var after: Int?
    }

    var rest: ArraySlice<UInt8>
    let count: Int
    var depth = 0
    var conditions: [Condition] = []

    mutating func isSound() -> Bool {
      while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else { continue }
        guard let operation = rest.popFirst(), apply(operation), depth >= 0, depth <= 16 else { return false }
      }
      return conditions.isEmpty
    }

    private mutating func apply(_ operation: UInt8) -> Bool {
      switch operation {
      case UInt8(ascii: "%"), UInt8(ascii: "i"): return true
      case UInt8(ascii: "p"):
        guard let digit = rest.popFirst(), (0x31..<0x31 + UInt8(count)).contains(digit) else { return false }
        depth += 1
        return true
      case UInt8(ascii: "d"), UInt8(ascii: "c"), UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"):
        return pop(1, push: 0)
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "."): return printed(from: operation)
      case UInt8(ascii: "{"): return pushNumber()
      case UInt8(ascii: "'"):
        guard rest.popFirst() != nil, rest.popFirst() == UInt8(ascii: "'") else { return false }
        depth += 1
        return true
      case UInt8(ascii: "!"), UInt8(ascii: "~"): return pop(1, push: 1)
      case let binary where Array("+-*/m&|^=><AO".utf8).contains(binary): return pop(2, push: 1)
      default: return condition(operation)
      }
    }

    /// `%2d`, `%03d`: small widths only. `%:-5d` and precisions are in no entry that draws.
    private mutating func printed(from first: UInt8) -> Bool {
      guard (0x30...0x39).contains(first) else { return false }
      if let second = rest.first, (0x30...0x39).contains(second) { rest.removeFirst() }
      guard let letter = rest.popFirst(), [UInt8(ascii: "d"), UInt8(ascii: "x"), UInt8(ascii: "o")].contains(letter)
      else { return false }
      return pop(1, push: 0)
    }

    private mutating func pushNumber() -> Bool {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      guard (1...8).contains(digits.count), rest.popFirst() == UInt8(ascii: "}") else { return false }
      depth += 1
      return true
    }

    private mutating func condition(_ operation: UInt8) -> Bool {
      if operation == UInt8(ascii: "?") {
        conditions.append(Condition())
        return conditions.count <= 8
      }
      guard var open = conditions.popLast() else { return false }
      switch operation {
      case UInt8(ascii: "t"):
        guard !open.isTested, pop(1, push: 0) else { return false }
        (open.isTested, open.before) = (true, depth)
      case UInt8(ascii: "e"):
        guard open.isTested, open.after ?? depth == depth else { return false }
        (open.isTested, open.after, depth) = (false, depth, open.before)
      case UInt8(ascii: ";"):
        // Where no else part is left, the branch taken must change nothing.
        return depth == (open.after ?? open.before) && (!open.isTested || depth == open.before)
          && (open.isTested || open.after != nil)
      default: return false
      }
      conditions.append(open)
      return true
    }

    private mutating func pop(_ taken: Int, push given: Int) -> Bool {
      guard depth >= taken else { return false }
      depth += given - taken
      return true
    }
  }
}
