#pragma once
#include "dispatch.h"

// Exponentials in plain arithmetic, so that loops over them become vector loops.

// e^x by Cephes' expf: 2^n · polynomial, relative error about 1e-7; plain arithmetic, so loops over it vectorise.
INLINE float fast_exp(float x) {
  x = x < -87.0f ? -87.0f : (x > 88.0f ? 88.0f : x);
  float n = __builtin_floorf(x * 1.44269504088896341f + 0.5f);
  float r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  union { int32_t i; float f; } power = {.i = ((int32_t)n + 127) << 23};
  return p * power.f;
}
INLINE float fast_sigmoid(float x) { return 1.0f / (1.0f + fast_exp(-x)); }
// tanh by its odd Taylor-like polynomial (Cephes tanhf) near 0, where 1 − 2/(e^2x + 1) would lose digits.
INLINE float fast_tanh(float x) {
  float z = x * x;
  float p = -5.70498872745e-3f;
  p = p * z + 2.06390887954e-2f;
  p = p * z + -5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z + -3.33332819422e-1f;
  float near = p * z * x + x;
  float far = 1.0f - 2.0f / (fast_exp(2.0f * x) + 1.0f);
  return (x < 0.625f && x > -0.625f) ? near : far;
}
