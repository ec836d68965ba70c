import CKernels
import COpenBLAS

#if canImport(Glibc)
  import Glibc
#endif

/// Which of OpenBLAS' kernels run, and the start-up step that gets the right ones.
///
/// OpenBLAS picks kernels by CPU model when it is loaded; releases older than a processor pick ones several times too
/// slow. It reads `OPENBLAS_CORETYPE` first, so setting that and starting the program again puts it right.
public enum BLAS {
  private static let marker = "GAZE_BLAS_CHOSEN"

  /// OpenBLAS' name for the kernels in use, such as `SkylakeX` or `Haswell`.
  public static var kernelName: String { String(cString: openblas_get_corename()) }

  /// OpenBLAS' build options and version.
  public static var library: String { String(cString: openblas_get_config()) }

  /// What this processor can run, and what was done about it, in one sentence.
  public static var decision: String {
    let able = ["no AVX2", "AVX2", "AVX-512"][Int(gaze_processor_level())]
    if let chosen = getenv(marker) {
      return "the processor has \(able); OpenBLAS had chosen \(String(cString: chosen)), so gaze restarted itself once"
    }
    if getenv("OPENBLAS_CORETYPE") != nil { return "the processor has \(able); OPENBLAS_CORETYPE was set by the user" }
    return "the processor has \(able); OpenBLAS' own choice was right"
  }

  /// Replaces the process by itself with better kernels chosen, when OpenBLAS loaded ones below what the processor
  /// can run. Call it first of all, before any thread starts. Returns when there is nothing to do or it failed.
  public static func restartWithBestKernels() {
    guard getenv("OPENBLAS_CORETYPE") == nil, let better = betterKernels(than: kernelName, level: processorLevel)
    else { return }
    // By its real name, not as /proc/self/exe: what `ps` and `pkill` then know it by.
    guard let program = realpath("/proc/self/exe", nil) else { return }
    setenv("OPENBLAS_CORETYPE", better, 1)
    setenv(marker, kernelName, 1)
    execv(program, CommandLine.unsafeArgv)
    // Only reached when exec failed: go on with the kernels there are.
    unsetenv("OPENBLAS_CORETYPE")
    unsetenv(marker)
  }

  static var processorLevel: Int { Int(gaze_processor_level()) }

  /// The kernels to ask for instead of `name` on a processor of `level` (2 AVX-512, 1 AVX2), or nil to stay.
  static func betterKernels(than name: String, level: Int) -> String? {
    let wide: Set = ["skylakex", "cooperlake", "sapphirerapids"]
    let medium: Set = ["haswell", "zen", "excavator"]
    switch level {
    case 2: return wide.contains(name.lowercased()) ? nil : "SkylakeX"
    case 1: return wide.union(medium).contains(name.lowercased()) ? nil : "Haswell"
    default: return nil
    }
  }

  /// OpenBLAS runs single-threaded: the loops around it are divided instead, which needs no second pool of threads
  /// and cuts the work the same way for any number of them.
  static let singleThreaded: Void = openblas_set_num_threads(1)
}

/// C = alpha · op(A) · op(B) + beta · C on row-major matrices, in the calling thread.
///
/// op(A) is `m × k`, op(B) is `k × n`, C is `m × n`; `lda`, `ldb`, `ldc` are the distances between rows as stored.
@inline(__always)
func gemm(
  _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ lda: Int, transposeA: Bool = false,
  _ b: UnsafePointer<Float>, _ ldb: Int, transposeB: Bool = false,
  into c: UnsafeMutablePointer<Float>, _ ldc: Int, alpha: Float = 1, beta: Float = 0
) {
  _ = BLAS.singleThreaded
  cblas_sgemm(
    CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
    blasint(m), blasint(n), blasint(k), alpha, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
}

/// The same, divided over the thread pool along C's longer side; how it is cut depends on the sizes alone.
func parallelGemm(
  _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ lda: Int, transposeA: Bool = false,
  _ b: UnsafePointer<Float>, _ ldb: Int, transposeB: Bool = false,
  into c: UnsafeMutablePointer<Float>, _ ldc: Int, alpha: Float = 1, beta: Float = 0
) {
  // Below about half a million multiplications waking a thread costs more than it brings.
  let work = m * n * k
  let parts = work < 1 << 19 ? 1 : (work < 1 << 24 ? 2 : 4)
  if m >= n {
    let step = roundUp((m + parts - 1) / parts, to: 16)
    ThreadPool.shared.run((m + step - 1) / step) { part in
      let first = part * step
      gemm(
        min(step, m - first), n, k, a + first * (transposeA ? 1 : lda), lda, transposeA: transposeA,
        b, ldb, transposeB: transposeB, into: c + first * ldc, ldc, alpha: alpha, beta: beta)
    }
  } else {
    let step = roundUp((n + parts - 1) / parts, to: 16)
    ThreadPool.shared.run((n + step - 1) / step) { part in
      let first = part * step
      gemm(
        m, min(step, n - first), k, a, lda, transposeA: transposeA,
        b + first * (transposeB ? ldb : 1), ldb, transposeB: transposeB,
        into: c + first, ldc, alpha: alpha, beta: beta)
    }
  }
}

func roundUp(_ value: Int, to multiple: Int) -> Int { (value + multiple - 1) / multiple * multiple }

/// Runs `body(first, count)` over `rows` cut into pieces of about `grain`, on the thread pool.
func forRows(_ rows: Int, grain: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
  let pieces = max(1, (rows + grain - 1) / grain)
  ThreadPool.shared.run(pieces) { piece in
    let first = piece * grain
    body(first, min(grain, rows - first))
  }
}
