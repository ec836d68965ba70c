import Tensors

#if canImport(Glibc)
  import Glibc
#endif

/// How good a set of captions is, and how varied.
public struct CaptionScores: Sendable, Equatable {
  /// BLEU-1 to BLEU-4 over the whole set, each in [0, 1].
  public let bleu: [Double]
  /// Mean ROUGE-L, in [0, 1].
  public let rougeL: Double
  /// Mean CIDEr, in [0, 10].
  public let cider: Double
  /// Distinct 1-grams and 2-grams of the candidates over all of theirs, each in [0, 1].
  public let distinct: [Double]
  /// The share of candidates that some other candidate equals word for word, in [0, 1].
  public let identicalShare: Double
  /// Mean words of a candidate.
  public let meanLength: Double
  /// How many candidates were scored.
  public let count: Int
}

/// The COCO caption metrics, equal to the reference scorers (github.com/tylin/coco-caption) on the same words.
public enum CaptionMetrics {
  /// Scores raw captions.
  /// - Parameters:
  ///   - candidates: one caption a photo.
  ///   - references: the human captions of each photo, at least one, in the candidates' order.
  public static func score(candidates: [String], references: [[String]]) -> CaptionScores {
    var rest = CaptionTokenizer.words(of: references.flatMap { $0 })[...]
    let split = references.map { texts in
      defer { rest = rest.dropFirst(texts.count) }
      return Array(rest.prefix(texts.count))
    }
    return score(words: CaptionTokenizer.words(of: candidates), references: split)
  }

  /// Scores captions that are already split into words.
  ///
  /// A word that holds spaces counts as several, but as one for ROUGE-L: the scorers disagree about it.
  public static func score(words candidates: [[String]], references: [[[String]]]) -> CaptionScores {
    precondition(candidates.count == references.count, "every candidate needs its references")
    precondition(references.allSatisfy { !$0.isEmpty }, "every photo needs a reference")
    var numbers = WordNumbers()
    let parted = candidates.map { numbers($0.flatMap(\.partedAtSpace)) }
    let partedReferences = references.map { $0.map { numbers($0.flatMap(\.partedAtSpace)) } }
    return CaptionScores(
      bleu: bleu(parted, partedReferences),
      rougeL: rougeL(candidates.map { numbers($0) }, references.map { $0.map { numbers($0) } }),
      cider: CIDEr(references: partedReferences).score(parted), distinct: [1, 2].map { distinct($0, parted) },
      identicalShare: identicalShare(parted), meanLength: mean(parted.map { Double($0.count) }),
      count: candidates.count)
  }

  /// The longest n-grams counted.
  static let longest = 4

  static func mean(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }

  /// How often each run of 1…4 words occurs, by length less one.
  static func counts<Word: Hashable & Sendable>(_ words: [Word]) -> [[ArraySlice<Word>: Int]] {
    (1...longest).map { length in
      var counts: [ArraySlice<Word>: Int] = [:]
      for start in 0..<max(0, words.count - length + 1) { counts[words[start..<start + length], default: 0] += 1 }
      return counts
    }
  }

  // MARK: - BLEU

  /// BLEU over the set (Papineni et al. 2002): clipped n-gram precision, geometric mean, and a penalty for brevity
  /// against the reference closest in length, the shorter of two equally close. The small numbers are the scorer's.
  static func bleu<Word: Hashable & Sendable>(_ candidates: [[Word]], _ references: [[[Word]]]) -> [Double] {
    var correct = [Int](repeating: 0, count: longest)
    var guessed = correct
    var length = 0
    var referenceLength = 0.0
    for (words, references) in zip(candidates, references) {
      length += words.count
      referenceLength += effectiveLength(of: references, for: words.count, alone: candidates.count == 1)
      let most = references.map(counts)
      for (index, counted) in counts(words).enumerated() {
        guessed[index] += max(0, words.count - index)
        correct[index] += counted.reduce(0) { sum, gram in
          sum + min(gram.value, most.map { $0[index][gram.key] ?? 0 }.max()!)
        }
      }
    }
    var product = 1.0
    let ratio = (Double(length) + 1e-15) / (referenceLength + 1e-9)
    return (0..<longest).map { index in
      product *= (Double(correct[index]) + 1e-15) / (Double(guessed[index]) + 1e-9)
      return pow(product, 1 / Double(index + 1)) * (ratio < 1 ? exp(1 - 1 / ratio) : 1)
    }
  }

  /// The scorer compares a single caption with the mean length of its references instead.
  private static func effectiveLength<Word>(of references: [[Word]], for length: Int, alone: Bool) -> Double {
    if alone { return mean(references.map { Double($0.count) }) }
    return Double(references.map(\.count).min { (abs($0 - length), $0) < (abs($1 - length), $1) }!)
  }

  // MARK: - ROUGE-L

  /// Mean ROUGE-L (Lin 2004): the F-measure, β = 1.2, of the best precision and the best recall of the longest common
  /// subsequence with any reference.
  static func rougeL<Word: Equatable>(_ candidates: [[Word]], _ references: [[[Word]]]) -> Double {
    let weight = 1.2 * 1.2
    return mean(
      zip(candidates, references).map { words, references in
        var precision = 0.0
        var recall = 0.0
        for reference in references {
          // An empty sentence counts one empty word, as the scorer's split does: two of them are equal.
          let common = words.isEmpty && reference.isEmpty ? 1 : Double(commonLength(words, reference))
          precision = max(precision, common / Double(max(1, words.count)))
          recall = max(recall, common / Double(max(1, reference.count)))
        }
        if precision == 0 || recall == 0 { return 0 }
        return (1 + weight) * precision * recall / (recall + weight * precision)
      })
  }

  /// The length of the longest common subsequence.
  static func commonLength<Word: Equatable>(_ one: [Word], _ other: [Word]) -> Int {
    var row = [Int](repeating: 0, count: other.count + 1)
    for word in one {
      var diagonal = 0
      for (index, candidate) in other.enumerated() {
        let above = row[index + 1]
        row[index + 1] = word == candidate ? diagonal + 1 : max(above, row[index])
        diagonal = above
      }
    }
    return row[other.count]
  }

  // MARK: - Variety

  /// Different n-grams over all n-grams (Li et al. 2016); 0 when there are none.
  static func distinct<Word: Hashable & Sendable>(_ length: Int, _ captions: [[Word]]) -> Double {
    var seen: Set<ArraySlice<Word>> = []
    var total = 0
    for words in captions where words.count >= length {
      for start in 0...words.count - length { seen.insert(words[start..<start + length]) }
      total += words.count - length + 1
    }
    return total == 0 ? 0 : Double(seen.count) / Double(total)
  }

  static func identicalShare<Word: Hashable & Sendable>(_ captions: [[Word]]) -> Double {
    let counts = Dictionary(captions.map { ($0, 1) }, uniquingKeysWith: +)
    let repeated = counts.values.filter { $0 > 1 }.reduce(0, +)
    return captions.isEmpty ? 0 : Double(repeated) / Double(captions.count)
  }
}

/// Words by number. Different are words of different code points: to `==`, letters and their decomposed forms are equal.
private struct WordNumbers {
  private var numbers: [[UInt8]: Int32] = [:]

  mutating func callAsFunction(_ words: [String]) -> [Int32] {
    words.map { word in
      let next = Int32(numbers.count)
      let number = numbers[Array(word.utf8), default: next]
      if number == next { numbers[Array(word.utf8)] = next }
      return number
    }
  }
}
