import Testing

@testable import PhotoLibrary

@Suite struct NameIndexTests {
  private let names = ["Beach 1.jpg", "dog.jpg", "beach 2.jpg", "DOG 2.jpg", "zoo.jpg"]

  @Test func namesAreFoundWhateverTheirCase() {
    let index = NameIndex(names)
    #expect(index.matches("dog") == [1, 3] && index.matches("DOG") == [1, 3])
    #expect(index.matches("jpg") == [0, 1, 2, 3, 4] && index.matches("zebra").isEmpty && index.matches("").isEmpty)
    #expect(NameIndex().matches("a").isEmpty)
  }

  @Test func noMatchReachesOverTwoNames() {
    #expect(NameIndex(["ab", "cd"]).matches("bc").isEmpty && NameIndex(["ab", "cd"]).matches("b\nc").isEmpty)
    #expect(NameIndex(["abab", "ab"]).matches("ab") == [0, 1], "each name once")
  }

  /// Against the plain search.
  @Test func findsWhatAPlainSearchFinds() {
    let index = NameIndex(names)
    for text in ["dog", "b", "2", "jpg", "zoo", "each", "x", "."] {
      #expect(index.matches(text) == names.indices.filter { names[$0].lowercased().contains(text) }, "\(text)")
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
  @Test func theIndexTellsPhotosNotTexts() {
    let texts = [1: "a dog", 4: "two dogs", 5: "a cat", 9: "the dog and the cat"]
    var index = CaptionIndex()
    for place in texts.keys.sorted() { index.append(texts[place]!, of: place) }
    for text in ["dog", "cat", "a ", "cow"] {
      #expect(index.matches(text) == texts.keys.sorted().filter { texts[$0]!.contains(text) }, "\(text)")
    }
  }
}
