#if canImport(Glibc)
  import Glibc
#endif

func cosine(_ x: Double) -> Double { cos(x) }
func exponential(_ x: Float) -> Float { expf(x) }
func logarithm(_ x: Float) -> Float { logf(x) }
func logarithm(_ x: Double) -> Double { log(x) }
