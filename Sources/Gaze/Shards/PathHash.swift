import Files
import Glibc
import SystemPackage

/// 64 bits that stand for a path: the same on every machine and in every run. Of a million paths two share them with a
/// probability of 3e-8.
struct PathHash: Hashable, Sendable {
  let value: UInt64

  /// The hash of the path's bytes, mixed so that all bits depend on all bytes (the end of MurmurHash3).
  init(_ path: FilePath) {
    var hash = path.withPlatformString { UnsafeRawBufferPointer(start: $0, count: strlen($0)).stableHash }
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
    value = hash ^ hash >> 33
  }
}
