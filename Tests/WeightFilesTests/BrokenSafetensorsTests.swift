import Foundation
import TestSupport
import Testing

@testable import WeightFiles

@Suite("A broken safetensors file is refused with one clear line")
struct BrokenSafetensorsTests {
  /// A file's bytes and a part of what must be said about them.
  struct Broken: Sendable, CustomTestStringConvertible {
    let what: String
    let bytes: [UInt8]
    let says: String
    var testDescription: String { what }
  }

  static let float = #""dtype":"F32","shape":[1]"#

  static let cases = [
    Broken(what: "nothing in it", bytes: [], says: "at least 8 bytes, found 0"),
    Broken(what: "seven bytes", bytes: Array(repeating: 0, count: 7), says: "found 7"),
    Broken(what: "a header of no bytes", bytes: safetensors(""), says: "starts with {"),
    Broken(what: "a header longer than any", bytes: Array(repeating: 0xff, count: 64), says: "at most 100000000"),
    Broken(what: "a header longer than the file", bytes: [200] + Array(repeating: 0, count: 60), says: "cut short"),
    Broken(what: "a header with space before", bytes: safetensors(" {}"), says: "starts with {"),
    Broken(what: "text after the header", bytes: safetensors("{} x"), says: "byte 3: expected the end"),
    Broken(what: "an array", bytes: safetensors("[]"), says: "starts with {"),
    Broken(what: "JSON that stops", bytes: safetensors(#"{"a":"#), says: "found the end"),
    Broken(what: "a trailing comma", bytes: safetensors(#"{"a":{"dtype":"F32",}}"#), says: "a string, found \"}\""),
    Broken(what: "bytes that are no text", bytes: safetensors("{\"a") + [0xff, 0xfe], says: "closing quote"),
    Broken(what: "numbers for a name", bytes: safetensors("{1:2}"), says: "a string"),
    Broken(what: "a number for a tensor", bytes: safetensors(#"{"a":2}"#), says: "an object"),
    Broken(
      what: "control characters in a name", bytes: safetensors(#"{"\u001b\u009b":{"x":1}}"#), says: #""\u001b\u009b""#),
    Broken(what: "no dtype", bytes: safetensors(#"{"a":{"shape":[0],"data_offsets":[0,0]}}"#), says: "dtype, shape"),
    Broken(what: "an unknown key", bytes: safetensors(#"{"a":{"dtype":"F32","size":1}}"#), says: "found \"size\""),
    Broken(what: "a key twice", bytes: safetensors(#"{"a":{"dtype":"F32","dtype":"F32"}}"#), says: "once each"),
    Broken(
      what: "an unknown dtype", bytes: safetensors(#"{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}"#, data: 4),
      says: "known dtype, found \"Q4\""),
    Broken(
      what: "one offset", bytes: safetensors("{\"a\":{\(float),\"data_offsets\":[4]}}", data: 4),
      says: "two data_offsets"),
    Broken(
      what: "three offsets", bytes: safetensors("{\"a\":{\(float),\"data_offsets\":[0,4,8]}}", data: 4),
      says: "two data_offsets"),
    Broken(
      what: "offsets turned round", bytes: safetensors("{\"a\":{\(float),\"data_offsets\":[4,0]}}", data: 4),
      says: "4..<0"),
    Broken(
      what: "data past the end", bytes: safetensors("{\"a\":{\(float),\"data_offsets\":[0,4]}}", data: 3),
      says: "within 3 bytes"),
    Broken(
      what: "a negative offset", bytes: safetensors("{\"a\":{\(float),\"data_offsets\":[-4,0]}}"),
      says: "not negative, found -4"),
    Broken(
      what: "a fraction", bytes: safetensors("{\"a\":{\(float),\"data_offsets\":[0,4.0]}}", data: 4),
      says: "whole number, found 4.0"),
    Broken(
      what: "a number no Int holds",
      bytes: safetensors(#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, data: 4),
      says: "whole number"),
    Broken(
      what: "a shape whose product overflows",
      bytes: safetensors(#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, data: 4),
      says: "fits in memory"),
    Broken(
      what: "a shape larger than its bytes",
      bytes: safetensors(#"{"a":{"dtype":"F16","shape":[3],"data_offsets":[0,4]}}"#, data: 4),
      says: "6 bytes for F16 [3], found 4"),
    Broken(
      what: "tensors that overlap",
      bytes: safetensors("{\"a\":{\(float),\"data_offsets\":[0,4]},\"b\":{\(float),\"data_offsets\":[2,6]}}", data: 6),
      says: "begins at 4"),
    Broken(
      what: "a hole", bytes: safetensors("{\"a\":{\(float),\"data_offsets\":[4,8]}}", data: 8), says: "begins at 0"),
    Broken(
      what: "data nobody owns", bytes: safetensors("{\"a\":{\(float),\"data_offsets\":[0,4]}}", data: 8),
      says: "expected 4 bytes"),
    Broken(
      what: "a name twice",
      bytes: safetensors("{\"a\":{\(float),\"data_offsets\":[0,4]},\"a\":{\(float),\"data_offsets\":[4,8]}}", data: 8),
      says: "tensor \"a\": expected one, found a second"),
    Broken(
      what: "metadata that is a number", bytes: safetensors(#"{"__metadata__":{"k":1}}"#),
      says: "\"k\": expected a string"),
    Broken(what: "metadata that is a list", bytes: safetensors(#"{"__metadata__":[]}"#), says: "an object"),
    Broken(
      what: "metadata twice", bytes: safetensors(#"{"__metadata__":{},"__metadata__":{}}"#), says: "found a second"),
    Broken(
      what: "a metadata key twice", bytes: safetensors(#"{"__metadata__":{"k":"","k":""}}"#), says: "found a second"),
    Broken(what: "half a surrogate pair", bytes: safetensors(#"{"\ud800":{}}"#), says: "surrogate"),
    Broken(what: "an escape that is none", bytes: safetensors(#"{"\x":{}}"#), says: "an escape"),
    Broken(what: "a raw control character", bytes: safetensors("{\"\n\":{}}"), says: "closing quote"),
  ]

  @Test("refused, naming the file", arguments: cases) func refused(_ broken: Broken) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("w.safetensors", broken.bytes)
    let error = #expect(throws: WeightFileError.self) { try SafetensorsFile(path: path) }
    let text = try #require(error).description
    #expect(text.hasPrefix(path.string) && !text.contains("\n"))
    #expect(text.contains(broken.says), "\(text)")
  }

  @Test("every prefix and every flipped byte of a good file is read or refused, never a crash")
  func neverCrashes() throws {
    let folder = try TemporaryFolder()
    let header = "{\"__metadata__\":{\"k\":\"é\\u00e9\"},\"a\":{\(Self.float),\"data_offsets\":[0,4]}}"
    let whole = safetensors(header, data: 4)
    var refused = 0
    for length in 0..<whole.count {
      let path = try folder.file("cut", Array(whole[..<length]))
      #expect(throws: WeightFileError.self, "cut to \(length) bytes") { try SafetensorsFile(path: path) }
    }
    for index in whole.indices {
      for mask: UInt8 in [0x01, 0x80, 0xff] {
        var bytes = whole
        bytes[index] ^= mask
        let path = try folder.file("flipped", bytes)
        do { _ = try SafetensorsFile(path: path).tensor("a") } catch { refused += 1 }
      }
    }
    #expect(refused > whole.count)
  }

  @Test("a missing file, a folder and a pipe are refused in the system's words") func notAFile() throws {
    let folder = try TemporaryFolder()
    mkfifo(folder.path("pipe").string, 0o600)
    for (name, reason) in [
      ("none", "No such file or directory"), (".", "not a regular file"), ("pipe", "not a regular file"),
    ] {
      let error = #expect(throws: WeightFileError.self) { try SafetensorsFile(path: folder.path(name)) }
      #expect(error?.description.contains(reason) == true)
    }
  }
}
