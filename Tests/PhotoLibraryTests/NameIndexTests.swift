import Testing

@testable import PhotoLibrary

@Suite struct NameIndexTests {
  private let names = ["Beach 1.jpg", "dog.jpg", "beach 2.jpg", "DOG 2.jpg", "zoo.jpg"]

  @Test func namesAreFoundForwardAndBackRoundTheEnd() {
    let index = NameIndex(names)
    #expect(index.match("dog", from: 0, forward: true) == 1)
    #expect(index.match("dog", from: 2, forward: true) == 3)
    #expect(index.match("dog", from: 4, forward: true) == 1)
    #expect(index.match("DOG", from: 0, forward: false) == 3)
    #expect(index.match("beach", from: 1, forward: false) == 0)
    #expect(index.match("beach", from: -1, forward: true) == 0, "the last name has none, the first one has")
    #expect(index.match("zebra", from: 0, forward: true) == nil)
    #expect(NameIndex().match("a", from: 0, forward: true) == nil)
  }

  @Test func noMatchReachesOverTwoNames() {
    #expect(NameIndex(["ab", "cd"]).match("bc", from: 0, forward: true) == nil)
  }

  /// Against the plain search, from every place.
  @Test func findsWhatAPlainSearchFinds() {
    let index = NameIndex(names)
    for text in ["dog", "b", "2", "jpg", "zoo", "each", "x"] {
      for start in names.indices {
        for forward in [true, false] {
          let order = names.indices.map { (start + (forward ? $0 : -$0) + names.count) % names.count }
          let expected = order.first { names[$0].lowercased().contains(text) }
          #expect(index.match(text, from: start, forward: forward) == expected, "\(text) from \(start)")
        }
      }
    }
  }

  @Test func sortingCountsAsPeopleDo() {
    let names = ["a10", "A2", "a02", "b", "a", "a2b"]
    #expect(NameIndex(names).sorted().map { names[$0] } == ["a", "A2", "a02", "a2b", "a10", "b"])
  }

  @Test func namesAreSortedAsPeopleCount() {
    let names = ["10.jpg", "2.jpg", "a10b", "a9c", "b", "02.jpg"]
    let sorted = NameIndex(names).sorted().map { names[$0] }
    #expect(sorted.filter { $0.hasSuffix(".jpg") }.last == "10.jpg")
    #expect(sorted.suffix(3) == ["a9c", "a10b", "b"])
  }
}

@Suite struct CaptionIndexTests {
  /// Against the plain search, from every place.
  @Test func theIndexFindsWhatAPlainSearchFinds() {
    let texts = [1: "a dog", 4: "two dogs", 5: "a cat", 9: "the dog and the cat"]
    var index = CaptionIndex()
    for place in texts.keys.sorted() { index.append(texts[place]!, of: place) }
    for text in ["dog", "cat", "a ", "cow"] {
      for start in 0..<12 {
        for forward in [true, false] {
          let order = (0..<12).map { (start + (forward ? $0 : 12 - $0)) % 12 }
          let expected = order.first { texts[$0]?.contains(text) == true }
          #expect(index.match(text, from: start, forward: forward) { _ in true } == expected, "\(text) \(start)")
        }
      }
    }
    #expect(index.match("dog", from: 0, forward: true) { $0 > 4 } == 9)
  }
}
