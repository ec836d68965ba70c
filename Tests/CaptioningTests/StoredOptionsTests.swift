import Foundation
import Testing

@testable import Captioning

@Suite("Options are declared once, and files keep them as they always did")
struct StoredOptionsTests {
  private struct Inner: StoredOptions {
    @Stored(.required) var size = 0
    @Stored(.omitted("plain")) var form = "plain"
  }

  private struct Outer: StoredOptions {
    @Stored var batch = 48
    @Stored(.missing(1)) var views = 2
    @Stored var rate: Double? = nil
    @Flattened(
      missing: {
        var inner = Inner(); inner.size = 7; return inner
      }()) var inner = Inner()
    var notKept = 3
  }

  private func read<T: Decodable>(_ json: String, as type: T.Type = T.self) throws -> T {
    try JSONDecoder().decode(type, from: Data(json.utf8))
  }

  private func written(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  @Test("missing keys mean the default, or what the rule says; a required one must be there") func missing() throws {
    let old: Outer = try read("{}")
    #expect(old.batch == 48 && old.views == 1 && old.rate == nil && old.inner.size == 7)
    #expect(throws: DecodingError.self) { try read("{}", as: Inner.self) }
    #expect(throws: DecodingError.self) { try read(#"{"batch":"many"}"#, as: Outer.self) }
    let other: Outer = try read(#"{"form":"odd","rate":2.5,"views":9,"unknown":[]}"#)
    #expect(other.inner.form == "odd" && other.inner.size == 7 && other.rate == 2.5 && other.views == 9)
  }

  @Test("every option is a key of its own name; nothing is nil's, and flattened options leave nothing out")
  func writing() throws {
    #expect(try written(Outer()) == #"{"batch":48,"form":"plain","size":0,"views":2}"#)
    var inner = Inner()
    #expect(try written(inner) == #"{"size":0}"#)
    inner.form = "odd"
    #expect(try written(inner) == #"{"form":"odd","size":0}"#)
  }

  @Test("copies are values: changing one leaves the other, and reading changes nobody's defaults") func values() throws
  {
    let first = Outer()
    var second = first
    second.batch = 3
    second.inner.size = 5
    #expect(first.batch == 48 && first.inner.size == 0 && first != second)
    let _: Outer = try read(#"{"batch":1,"size":2}"#)
    #expect(Outer() == first)
    let old: Outer = try read("{}")
    #expect(old.inner.size == 7)
  }

  @Test("the decoder's description in weights files of every age") func descriptions() throws {
    let first: DecoderDescription = try read(#"{"initialState":"pooled_grid","width":512}"#)
    #expect(first == DecoderDescription(width: 512, initialState: .pooledGrid))
    let later: DecoderDescription = try read(
      #"{"initialState":"zeros","languageGRU":true,"normalizesCells":true,"query":"projected","width":256}"#)
    #expect(
      later
        == DecoderDescription(
          width: 256, initialState: .zeros, query: .projected, languageGRU: true, normalizesCells: true))
    for form in DecoderDescription.everyForm(width: 3) { #expect(try read(written(form)) == form) }
    #expect(
      try written(later)
        == #"{"initialState":"zeros","languageGRU":true,"normalizesCells":true,"query":"projected","width":256}"#)
    #expect(try written(first) == #"{"initialState":"pooled_grid","width":512}"#)
    #expect(throws: DecodingError.self) { try read(#"{"width":512}"#, as: DecoderDescription.self) }
  }
}
