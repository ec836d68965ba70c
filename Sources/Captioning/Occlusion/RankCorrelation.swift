/// Spearman's rank correlation of two lists of one length, in [−1, 1]: Pearson's of their ranks, equals sharing the mean of
/// theirs; 0 where either list is constant, since it then tells nothing.
package func rankCorrelation(_ x: [Double], _ y: [Double]) -> Double {
  precondition(x.count == y.count && !x.isEmpty, "\(x.count) numbers cannot be compared with \(y.count)")
  let (a, b) = (ranks(x), ranks(y))
  // The mean of ranks is the same whatever the ties.
  let mean = Double(x.count - 1) / 2
  var (products, squaresA, squaresB) = (0.0, 0.0, 0.0)
  for (a, b) in zip(a, b) {
    products += (a - mean) * (b - mean)
    squaresA += (a - mean) * (a - mean)
    squaresB += (b - mean) * (b - mean)
  }
  let scale = (squaresA * squaresB).squareRoot()
  return scale == 0 ? 0 : products / scale
}

/// From 0, the smallest first.
private func ranks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var first = 0
  while first < order.count {
    var last = first
    while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
    for place in first...last { ranks[order[place]] = Double(first + last) / 2 }
    first = last + 1
  }
  return ranks
}
