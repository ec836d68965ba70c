#if canImport(Glibc)
  import Glibc
#endif

/// The C library's eˣ, in double precision.
func exponential(_ x: Double) -> Double { exp(x) }
