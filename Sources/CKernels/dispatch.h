#pragma once
#include "include/processor.h"
#include <stddef.h>
#include <stdint.h>

// How a loop is compiled for several processors, and the one place where a call picks among them.
//
//   KERNEL(void, gaze_add, (const float *x, ptrdiff_t count, float *y), (x, count, y)) { the loop }
//
// defines gaze_add, whose loop is compiled for AVX-512, for AVX2 and for the baseline; gaze_processor_level says which
// of the three a call runs. A WIDE_KERNEL is written on 64-byte vectors (lanes.h), or gains by them: for AVX-512 it is
// compiled with whole registers, where compilers otherwise prefer half ones. Every body also has `level`, a constant:
// which of the three it is compiled for, 2, 1 or 0; 0 on other processors.

#define INLINE static inline __attribute__((always_inline))
#define LISTED(...) __VA_ARGS__
#define KERNEL_BODY(RESULT, NAME, PARAMETERS) INLINE RESULT NAME##_body(const int level, LISTED PARAMETERS)

#if defined(__x86_64__)
// The features of x86-64-v3 and v4 by name: with "arch=x86-64-v4" compilers would also prefer half registers.
#define AVX2_FEATURES "avx2,bmi,bmi2,crc32,cx16,f16c,fma,lzcnt,movbe,popcnt,sahf"
#define AVX512_FEATURES "avx512bw,avx512cd,avx512dq,avx512f,avx512vl," AVX2_FEATURES
#define DEFINE_KERNEL(WIDTH, RESULT, NAME, PARAMETERS, ARGUMENTS)                                                     \
  KERNEL_BODY(RESULT, NAME, PARAMETERS);                                                                              \
  WIDTH __attribute__((target(AVX512_FEATURES))) static RESULT NAME##_512 PARAMETERS {                               \
    return NAME##_body(2, LISTED ARGUMENTS);                                                                          \
  }                                                                                                                   \
  WIDTH __attribute__((target(AVX2_FEATURES))) static RESULT NAME##_256 PARAMETERS {                               \
    return NAME##_body(1, LISTED ARGUMENTS);                                                                          \
  }                                                                                                                   \
  RESULT NAME PARAMETERS {                                                                                            \
    switch (gaze_processor_level()) {                                                                                 \
      case 2: return NAME##_512 ARGUMENTS;                                                                            \
      case 1: return NAME##_256 ARGUMENTS;                                                                            \
      default: return NAME##_body(0, LISTED ARGUMENTS);                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
  KERNEL_BODY(RESULT, NAME, PARAMETERS)
#define KERNEL(RESULT, NAME, PARAMETERS, ARGUMENTS) DEFINE_KERNEL(, RESULT, NAME, PARAMETERS, ARGUMENTS)
#define WIDE_KERNEL(RESULT, NAME, PARAMETERS, ARGUMENTS)                                                              \
  DEFINE_KERNEL(__attribute__((min_vector_width(512))), RESULT, NAME, PARAMETERS, ARGUMENTS)
#else
#define KERNEL(RESULT, NAME, PARAMETERS, ARGUMENTS)                                                                   \
  KERNEL_BODY(RESULT, NAME, PARAMETERS);                                                                              \
  RESULT NAME PARAMETERS { return NAME##_body(0, LISTED ARGUMENTS); }                                                 \
  KERNEL_BODY(RESULT, NAME, PARAMETERS)
#define WIDE_KERNEL(RESULT, NAME, PARAMETERS, ARGUMENTS) KERNEL(RESULT, NAME, PARAMETERS, ARGUMENTS)
#endif

// Before a loop whose steps read and write their own index only, though an array may be read and written: compilers
// check for overlap when the loop runs, and take the scalar twin for arrays that are the same.
#define ELEMENTWISE _Pragma("clang loop vectorize(assume_safety)")
