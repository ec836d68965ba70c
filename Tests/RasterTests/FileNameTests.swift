import SystemPackage
import TestSupport
import Testing

@testable import Files
@testable import Raster

@Suite struct FileNameTests {
  @Test(
    arguments: [
      Array("photo.jpg".utf8), Array("猫🐕.jpg".utf8), [0x63, 0xE9, 0x2E], [0xFF], [0xE7, 0x8C], [0xF0, 0x9F, 0x90],
      [0xEE, 0xBE, 0x80], [0xEE, 0xBF, 0xBF, 0xE9], [0xC0, 0x80, 0xED, 0xA0, 0x80], [0xE9, 0xC3, 0xA9], [],
    ] as [[UInt8]])
  func anyBytesComeBack(_ bytes: [UInt8]) {
    let text = FileName.text(bytes)
    #expect(FileName.cString(text).map { UInt8(bitPattern: $0) } == bytes + [0])
    #expect(FileName.text(FileName.path(text)) == text)
    #expect(FileName.path(text) == FilePath(platformString: bytes.map(CChar.init(bitPattern:)) + [0]))
  }

  @Test func textThatIsUTF8StaysAsItIs() {
    #expect(FileName.text(Array("d/猫.jpg".utf8)) == "d/猫.jpg")
    #expect(FileName.text([0x63, 0xE9]) == "c\u{EFE9}")
  }

  @Test func errorsShowNoneOfTheStandIns() {
    let error = RasterError.empty(file: FileName.text([0x63, 0xE9]))
    #expect(error.description.hasPrefix("c�: the file is empty"))
  }
}
