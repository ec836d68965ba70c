import CKernels
import COpenBLAS
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Which of OpenBLAS' kernels run, and the step at the start of the program that gets the right ones.
///
/// OpenBLAS picks kernels by CPU model when it is loaded; releases older than a processor pick ones several times too
/// slow. It reads `OPENBLAS_CORETYPE` first, so that is set before anything has loaded it.
public enum BLAS {
  private static let variable = "OPENBLAS_CORETYPE"

  /// OpenBLAS' name for the kernels in use, such as `SkylakeX` or `Haswell`.
  public static var kernelName: String { loaded { String(cString: openblas_get_corename()) } }

  /// OpenBLAS' build options and version.
  public static var library: String { loaded { String(cString: openblas_get_config()) } }

  /// What this processor can run, and what was done about it, in one sentence.
  public static var decision: String {
    let able = "the processor has " + ["no AVX2", "AVX2", "AVX-512"][processorLevel]
    guard let wanted = getenv(variable).map({ String(cString: $0) }) else { return "\(able); OpenBLAS chose by itself" }
    return hasChosen.load(ordering: .relaxed)
      ? "\(able); gaze asked OpenBLAS for \(wanted)" : "\(able); \(variable) was set by the user"
  }

  /// Whether `chooseKernels` did anything.
  private static let hasChosen = Atomic(false)

  /// Has OpenBLAS take the kernels for this processor when it is loaded. Call it first of all, before any thread starts:
  /// it changes the environment.
  public static func chooseKernels() {
    guard getenv(variable) == nil, let kernels = kernels(forLevel: processorLevel) else { return }
    setenv(variable, kernels, 1)
    hasChosen.store(true, ordering: .relaxed)
  }

  static var processorLevel: Int { Int(gaze_processor_level()) }

  /// The kernels to ask for on a processor of `level` (2 AVX-512, 1 AVX2), or nil to leave it to OpenBLAS. Left to
  /// itself with a model it does not know, it falls back on SSE.
  static func kernels(forLevel level: Int) -> String? {
    switch level {
    case 2: "SkylakeX"
    case 1: "Haswell"
    default: nil
    }
  }

  /// OpenBLAS runs single-threaded: the loops around it are divided instead, which needs no second pool of threads
  /// and cuts the work the same way for any number of them.
  static let singleThreaded: Void = loaded { openblas_set_num_threads(1) }

  /// Loads OpenBLAS, which nothing does before it is needed: it is large, and much of the program never calls it.
  private static func loaded<Result>(_ body: () -> Result) -> Result {
    gaze_openblas_load()
    return body()
  }
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
