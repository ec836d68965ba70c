#pragma once
// Kernels written on 64-byte vectors, compiled for AVX-512 with whole registers, for AVX2 and for the baseline.
#if defined(__x86_64__)
#define WIDE_KERNEL                                                                                                   \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), min_vector_width(512)))
#else
#define WIDE_KERNEL
#endif
#define INLINE static inline __attribute__((always_inline))
