import Foundation
import TestSupport
import Testing

@testable import Captioning

@Suite("Text becomes the tokens that Hugging Face's tokenizers make of it") struct TokenizerTests {
  private struct Vectors: Decodable {
    struct Row: Decodable {
      let text: String
      let word_pieces: [Int]
      let byte_pairs: [Int]
    }
    let vocabulary: [String]
    let texts: [Row]
  }

  private func vectors() throws -> Vectors {
    let vectors = try JSONDecoder().decode(
      Vectors.self, from: Data(contentsOf: Fixtures.url("transformers/tokens.json")))
    #expect(vectors.texts.count > 300)
    return vectors
  }

  @Test("BERT's, of letters, marks and scripts of many languages") func wordPieces() throws {
    let vectors = try vectors()
    let coding = try WordPiece(pieces: vectors.vocabulary, start: 2, end: 3, lowercases: true, tokensPerWord: 4)
    for row in vectors.texts {
      #expect(coding.encode(row.text) == row.word_pieces, "\(row.text.debugDescription)")
    }
  }

  @Test("GPT-2's, and back again to the same text") func bytePairs() throws {
    let folder = Fixtures.path("transformers/vit-gpt2")
    let files = try TokenizerFiles(FolderFiles(folder: folder), kind: .bytePairs, size: 392)
    let coding = BytePairCoding(pieces: files.pieces, merges: files.merges, start: 0, end: 0, tokensPerWord: 4)
    for row in try vectors().texts {
      let tokens = coding.encode(row.text)
      #expect(tokens == row.byte_pairs, "\(row.text.debugDescription)")
      let back = coding.word(tokens[...])
      let text = Array(row.text.utf8)
      #expect(Array(back.utf8) == (text.first == UInt8(ascii: " ") ? Array(text.dropFirst()) : text))
    }
  }

  @Test("old files of a tokenizer give what the new one gives", arguments: HuggingFaceFolderTests.folders)
  func oldFiles(folder: String) throws {
    let path = Fixtures.path("transformers/\(folder)")
    let kind = folder == "blip" ? TokenizerFiles.Kind.wordPiece : .bytePairs
    let size = folder == "blip" ? 125 : 392
    let new = try TokenizerFiles(FolderFiles(folder: path), kind: kind, size: size)
    let old = try TemporaryFolder()
    for name in ["vocab.txt", "vocab.json", "merges.txt"] where path.appending(name).exists {
      try FileManager.default.copyItem(atPath: path.appending(name).string, toPath: old.path(name).string)
    }
    if kind == .wordPiece { _ = try old.file("added_tokens.json", Array(#"{"[DEC]": 123, "[ENC]": 124}"#.utf8)) }
    let files = try TokenizerFiles(FolderFiles(folder: old.path), kind: kind, size: size)
    #expect(files.pieces == new.pieces && files.merges == new.merges)
  }

  @Test("words are put together from pieces as the tokenizers do it") func words() throws {
    let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "skate", "##board", ",", "a", "##s", "-"]
    let coding = try WordPiece(pieces: pieces, start: 2, end: 3, lowercases: true, tokensPerWord: 4)
    let tokens = [7, 4, 5, 8, 6, 9, 7]
    #expect(coding.wordRanges(tokens).map { coding.word(tokens[$0]) } == ["a", "skateboards,", "-", "a"])
    let bytes = BytePairCoding(
      pieces: ["<|end|>", "a", "Ġcaf", "Ã", "©", "Ġdog"], merges: [], start: 0, end: 0, tokensPerWord: 4)
    let letters = [1, 2, 3, 4, 5]
    #expect(bytes.wordRanges(letters).map { bytes.word(letters[$0]) } == ["a", "café", "dog"])
    #expect(bytes.piece(3) == "\u{FFFD}")
  }
}
