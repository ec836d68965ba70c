#pragma once
#include <stddef.h>

// 16-bit floats to and from 32-bit ones. `narrow` and `wide` hold `count` numbers each, little-endian, and need no
// alignment; they must not overlap. The plain functions pick the fastest variant the CPU has; the `_scalar` ones are
// their twins for tests and for CPUs without F16C.

/// IEEE binary16 to binary32, exactly.
void gaze_widen_float16(const void *narrow, void *wide, size_t count);
void gaze_widen_float16_scalar(const void *narrow, void *wide, size_t count);

/// binary32 to IEEE binary16, rounded to nearest even. Returns how many finite numbers became infinite.
size_t gaze_narrow_float16(const void *wide, void *narrow, size_t count);
size_t gaze_narrow_float16_scalar(const void *wide, void *narrow, size_t count);

/// bfloat16 (the upper half of a binary32) to binary32, exactly.
void gaze_widen_bfloat16(const void *narrow, void *wide, size_t count);
