import Tensors

#if canImport(Glibc)
  import Glibc
#endif

package func cosine(_ x: Double) -> Double { cos(x) }
package func exponential(_ x: Float) -> Float { expf(x) }
package func logarithm(_ x: Float) -> Float { logf(x) }
package func logarithm(_ x: Double) -> Double { log(x) }
