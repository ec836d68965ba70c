/// What is known of the rows of a table that are looked up, of which few have a gradient in a step of training.
///
/// The others still move, by their moments; but nobody sees that before they are read. They owe the step, and take
/// several at once while their numbers are in the first-level cache: before they are read or have a gradient, and at the
/// latest after `longest` steps, an equal share of the table in each. When a row takes what it owes changes no bit of it.
struct TableRows {
  /// How many steps a row may owe.
  static let longest = 8

  private var isTouched: [Bool]
  /// The last steps, oldest first, at most `longest`.
  private var steps: [AdamStep] = []
  /// How many steps there have been.
  private var stepCount = 0
  /// Of these, how many each row has taken.
  private var taken: [Int]
  /// The first row of the next share.
  private var nextRow = 0

  init(count: Int) {
    isTouched = [Bool](repeating: false, count: count)
    taken = [Int](repeating: 0, count: count)
  }

  /// Says that the gradient of a row may be other than zero.
  mutating func touch(_ row: Int) { isTouched[row] = true }

  /// The rows whose gradient may be other than zero, in order.
  var touched: [Int] { isTouched.indices.filter { isTouched[$0] } }

  /// Begins a step, which every row owes from then on.
  mutating func begin(_ step: AdamStep) {
    if steps.count == Self.longest { steps.removeFirst() }
    steps.append(step)
    stepCount += 1
  }

  /// Says that rows have taken the last step with their gradients, which are zero again.
  mutating func finish(_ rows: [Int]) {
    for row in rows {
      taken[row] = stepCount
      isTouched[row] = false
    }
  }

  /// The rows whose turn it is to take what they owe.
  mutating func nextShare() -> [Int] {
    let count = taken.count
    let share = (count + Self.longest - 1) / Self.longest
    defer { nextRow = (nextRow + share) % count }
    return (nextRow..<nextRow + share).map { $0 % count }
  }

  /// Those of some rows that owe steps, with these steps; from then on they owe none.
  mutating func settle(_ rows: some Sequence<Int>) -> [(row: Int, steps: ArraySlice<AdamStep>)] {
    var owing: [(row: Int, steps: ArraySlice<AdamStep>)] = []
    for row in rows where taken[row] < stepCount {
      owing.append((row, steps.suffix(stepCount - taken[row])))
      taken[row] = stepCount
    }
    return owing
  }
}

extension Parameter {
  /// Lets some rows of a table take the steps they owe, before they are read.
  func settle(_ chosen: some Sequence<Int>) {
    guard let owing = rows?.settle(chosen), !owing.isEmpty else { return }
    forRows(owing.count, grain: max(1, (1 << 14) / width)) { first, count in
      for (row, steps) in owing[first..<first + count] {
        for step in steps { take(step, numbers(ofRow: row), gradientScale: nil) }
      }
    }
  }

  /// A step for a table: of the touched rows with their gradients, which it clears, of a share of the others without.
  func takeRowStep(_ step: AdamStep, gradientScale: Float) {
    let touched = rows!.touched
    settle(touched)
    rows!.begin(step)
    forRows(touched.count, grain: max(1, (1 << 15) / width)) { first, count in
      for row in touched[first..<first + count] {
        take(step, numbers(ofRow: row), gradientScale: gradientScale)
        clearGradient(numbers(ofRow: row))
      }
    }
    rows!.finish(touched)
    settle(rows!.nextShare())
  }

  private var width: Int { storedValue.count / shape[0] }

  private func numbers(ofRow row: Int) -> Range<Int> { row * width..<(row + 1) * width }
}
