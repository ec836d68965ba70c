#include "include/halfprecision.h"
#include "include/processor.h"

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static float float_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint32_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static float widen_one(uint16_t half) {
  uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13;
  uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  // The exponent is re-biased by a multiplication with 2^112, which normalises subnormal numbers as well.
  uint32_t bits = bits_of_float(float_from_bits(magnitude) * float_from_bits(0x77800000));
  if (magnitude >= 0x0f800000) bits = magnitude | 0x7f800000;  // infinity and NaN
  return float_from_bits(sign | bits);
}

static uint16_t narrow_one(float value) {
  uint32_t bits = bits_of_float(value);
  uint16_t sign = (uint16_t)((bits >> 16) & 0x8000);
  bits &= 0x7fffffff;
  if (bits > 0x7f800000) return sign | 0x7e00 | (uint16_t)((bits >> 13) & 0x3ff);  // NaN stays NaN
  if (bits >= 0x47800000) return sign | 0x7c00;  // 2^16 and more
  if (bits < 0x38800000)  // below 2^-14: adding 1/2 lets the adder round to a multiple of 2^-24
    return sign | (uint16_t)(bits_of_float(float_from_bits(bits) + 0.5f) - 0x3f000000);
  uint32_t odd = (bits >> 13) & 1;
  return sign | (uint16_t)((bits - 0x38000000 + 0xfff + odd) >> 13);
}

static int overflowed(float value, uint16_t half) {
  return (half & 0x7fff) == 0x7c00 && (bits_of_float(value) & 0x7fffffff) < 0x7f800000;
}

void gaze_widen_float16_scalar(const void *narrow, void *wide, size_t count) {
  const char *source = narrow;
  char *target = wide;
  for (size_t i = 0; i < count; i++) {
    uint16_t half;
    memcpy(&half, source + 2 * i, 2);
    float value = widen_one(half);
    memcpy(target + 4 * i, &value, 4);
  }
}

size_t gaze_narrow_float16_scalar(const void *wide, void *narrow, size_t count) {
  const char *source = wide;
  char *target = narrow;
  size_t lost = 0;
  for (size_t i = 0; i < count; i++) {
    float value;
    memcpy(&value, source + 4 * i, 4);
    uint16_t half = narrow_one(value);
    lost += overflowed(value, half);
    memcpy(target + 2 * i, &half, 2);
  }
  return lost;
}

void gaze_widen_bfloat16(const void *narrow, void *wide, size_t count) {
  const char *source = narrow;
  char *target = wide;
  for (size_t i = 0; i < count; i++) {
    uint16_t half;
    memcpy(&half, source + 2 * i, 2);
    uint32_t bits = (uint32_t)half << 16;
    memcpy(target + 4 * i, &bits, 4);
  }
}

#if defined(__x86_64__)

__attribute__((target("avx,f16c"))) static void widen_f16c(const char *source, char *target, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    _mm256_storeu_ps((float *)(void *)(target + 4 * i),
                     _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(source + 2 * i))));
  gaze_widen_float16_scalar(source + 2 * i, target + 4 * i, count - i);
}

__attribute__((target("avx,f16c"))) static size_t narrow_f16c(const char *source, char *target, size_t count) {
  const __m256 magnitude = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fffffff));
  const __m256 limit = _mm256_set1_ps(65520.0f);  // the smallest number that rounds to infinity
  const __m256 infinity = _mm256_castsi256_ps(_mm256_set1_epi32(0x7f800000));
  size_t lost = 0, i = 0;
  for (; i + 8 <= count; i += 8) {
    __m256 value = _mm256_loadu_ps((const float *)(const void *)(source + 4 * i));
    _mm_storeu_si128((__m128i *)(void *)(target + 2 * i),
                     _mm256_cvtps_ph(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    __m256 size = _mm256_and_ps(value, magnitude);
    __m256 over = _mm256_and_ps(_mm256_cmp_ps(size, limit, _CMP_GE_OQ), _mm256_cmp_ps(size, infinity, _CMP_LT_OQ));
    lost += (size_t)__builtin_popcount((unsigned)_mm256_movemask_ps(over));
  }
  return lost + gaze_narrow_float16_scalar(source + 4 * i, target + 2 * i, count - i);
}

#endif

void gaze_widen_float16(const void *narrow, void *wide, size_t count) {
#if defined(__x86_64__)
  if (gaze_processor_level() >= 1) {
    widen_f16c(narrow, wide, count);
    return;
  }
#endif
  gaze_widen_float16_scalar(narrow, wide, count);
}

size_t gaze_narrow_float16(const void *wide, void *narrow, size_t count) {
#if defined(__x86_64__)
  if (gaze_processor_level() >= 1) return narrow_f16c(wide, narrow, count);
#endif
  return gaze_narrow_float16_scalar(wide, narrow, count);
}
