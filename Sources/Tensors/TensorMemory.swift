import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

extension Tensor {
  /// Gives memory kept for coming tensors back to the system: after building a network, whose parts were made of
  /// much larger ones.
  public static func releaseUnusedMemory() { BufferPool.shared.trim() }
}

/// Memory for one tensor, taken from and given back to a pool: fresh pages cost more than most operations here.
final class TensorStorage {
  let base: UnsafeMutablePointer<Float>
  private let bytes: Int

  init(count: Int) {
    bytes = BufferPool.roundedSize(max(1, count) * MemoryLayout<Float>.stride)
    base = BufferPool.shared.take(bytes).assumingMemoryBound(to: Float.self)
  }

  deinit { BufferPool.shared.give(base, bytes: bytes) }
}

/// Keeps freed blocks by size so that a loop of equal steps allocates nothing after its first round.
final class BufferPool: Sendable {
  static let shared = BufferPool()

  /// Memory that nobody uses. `@unchecked Sendable`: the pool's until it is taken, then the one taker's.
  private struct Block: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
  }

  /// By bytes.
  private let free = Mutex<[Int: [Block]]>([:])

  private static let hugePage = 2 << 20

  /// Sizes are rounded up to an eighth of their leading power of two, so that near-equal shapes share blocks.
  static func roundedSize(_ bytes: Int) -> Int {
    let step = max(64, 1 << max(0, Int.bitWidth - bytes.leadingZeroBitCount - 4))
    return (bytes + step - 1) / step * step
  }

  func take(_ bytes: Int) -> UnsafeMutableRawPointer {
    if let block = free.withLock({ $0[bytes]?.popLast() }) { return block.base }
    // 64 bytes: one cache line and one AVX-512 register. Large blocks lie on pages of 2 MB where the system has them:
    // products read rows that lie far apart, each on a page of its own otherwise, and every page costs a fault when it is
    // touched first.
    let isLarge = bytes >= Self.hugePage
    guard let block = aligned_alloc(isLarge ? Self.hugePage : 64, bytes) else {
      fatalError("out of memory: \(bytes) bytes for a tensor")
    }
    if isLarge { madvise(block, bytes, MADV_HUGEPAGE) }
    return block
  }

  func give(_ base: UnsafeMutableRawPointer, bytes: Int) {
    let block = Block(base: base)
    free.withLock { $0[bytes, default: []].append(block) }
  }

  /// Returns every unused block to the system, after a phase that needed much more than the next will.
  func trim() {
    let blocks = free.withLock { free in
      defer { free = [:] }
      return free
    }
    for block in blocks.values.joined() { Glibc.free(block.base) }
  }
}
