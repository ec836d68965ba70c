#include "include/transformer.h"
#include "dispatch.h"
#include "exponentials.h"
#include <math.h>
#include <string.h>

// Sixteen floats of any alignment: an AVX-512 register, or two of AVX2.
typedef float vector __attribute__((vector_size(64), aligned(4)));
enum { LANES = 16 };

// By pointer, because vectors cannot be passed between functions for different processors.
INLINE float sum_of(const vector *v) {
  float part[8];
  for (int i = 0; i < 8; i++) part[i] = (*v)[i] + (*v)[i + 8];
  return ((part[0] + part[4]) + (part[2] + part[6])) + ((part[1] + part[5]) + (part[3] + part[7]));
}

// Two rows of w at once, each in two sums: enough independent ones to keep multiplying while others are being added.
WIDE_KERNEL(void, gaze_dot_products, (const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, const float *w,
            ptrdiff_t ldw, ptrdiff_t outputs, const float *bias, float *y, ptrdiff_t ldy),
            (x, ldx, rows, depth, w, ldw, outputs, bias, y, ldy)) {
  for (ptrdiff_t o = 0; o < outputs; o += 2) {
    const float *const w0 = w + o * ldw, *const w1 = o + 1 < outputs ? w0 + ldw : w0;
    for (ptrdiff_t r = 0; r < rows; r++) {
      const float *const a = x + r * ldx;
      vector s00 = {0}, s01 = {0}, s10 = {0}, s11 = {0};
      ptrdiff_t i = 0;
      for (; i + 2 * LANES <= depth; i += 2 * LANES) {
        const vector a0 = *(const vector *)(a + i), a1 = *(const vector *)(a + i + LANES);
        s00 += a0 * *(const vector *)(w0 + i);
        s10 += a0 * *(const vector *)(w1 + i);
        s01 += a1 * *(const vector *)(w0 + i + LANES);
        s11 += a1 * *(const vector *)(w1 + i + LANES);
      }
      s00 += s01;
      s10 += s11;
      float y0 = sum_of(&s00), y1 = sum_of(&s10);
      for (; i < depth; i++) {
        y0 += a[i] * w0[i];
        y1 += a[i] * w1[i];
      }
      y[r * ldy + o] = y0 + (bias ? bias[o] : 0);
      if (o + 1 < outputs) y[r * ldy + o + 1] = y1 + (bias ? bias[o + 1] : 0);
    }
  }
}

// Four rows of w at a time, so that y is read and written a quarter as often.
WIDE_KERNEL(void, gaze_add_products, (const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, const float *w,
            ptrdiff_t ldw, ptrdiff_t outputs, float *y, ptrdiff_t ldy),
            (x, ldx, rows, depth, w, ldw, outputs, y, ldy)) {
  ptrdiff_t i = 0;
  for (; i + 4 <= depth; i += 4) {
    const float *const w0 = w + i * ldw, *const w1 = w0 + ldw, *const w2 = w1 + ldw, *const w3 = w2 + ldw;
    for (ptrdiff_t r = 0; r < rows; r++) {
      const float *const a = x + r * ldx + i;
      float *const target = y + r * ldy;
      ELEMENTWISE
      for (ptrdiff_t o = 0; o < outputs; o++)
        target[o] += ((a[0] * w0[o] + a[1] * w1[o]) + (a[2] * w2[o] + a[3] * w3[o]));
    }
  }
  for (; i < depth; i++)
    for (ptrdiff_t r = 0; r < rows; r++) {
      float *const target = y + r * ldy;
      ELEMENTWISE
      for (ptrdiff_t o = 0; o < outputs; o++) target[o] += x[r * ldx + i] * w[i * ldw + o];
    }
}

// erf by the quotient of polynomials that Eigen and XLA use: within a few units in the last place on [−4, 4], ±1 outside.
INLINE float fast_erf(float x) {
  x = x < -4.0f ? -4.0f : (x > 4.0f ? 4.0f : x);
  const float z = x * x;
  float p = -2.72614225801306e-10f;
  p = p * z + 2.77068142495902e-08f;
  p = p * z + -2.10102402082508e-06f;
  p = p * z + -5.69250639462346e-05f;
  p = p * z + -7.34990630326855e-04f;
  p = p * z + -2.95459980854025e-03f;
  p = p * z + -1.60960333262415e-02f;
  float q = -1.45660718464996e-05f;
  q = q * z + -2.13374055278905e-04f;
  q = q * z + -1.68282697438203e-03f;
  q = q * z + -7.37332916720468e-03f;
  q = q * z + -1.42647390514189e-02f;
  return x * p / q;
}

WIDE_KERNEL(void, gaze_gelu, (float *x, ptrdiff_t count, int by_tanh), (x, count, by_tanh)) {
  if (by_tanh) {
    for (ptrdiff_t i = 0; i < count; i++)
      x[i] = 0.5f * x[i] * (1.0f + fast_tanh(0.79788456080286536f * (x[i] + 0.044715f * x[i] * x[i] * x[i])));
  } else {
    for (ptrdiff_t i = 0; i < count; i++) x[i] = 0.5f * x[i] * (1.0f + fast_erf(x[i] * 0.70710678118654752f));
  }
}

KERNEL(void, gaze_attend_apart, (const float *q, const float *const *keys, const float *const *values,
       ptrdiff_t count, ptrdiff_t heads, ptrdiff_t size, float *weights, float *y),
       (q, keys, values, count, heads, size, weights, y)) {
  for (ptrdiff_t h = 0; h < heads; h++, q += size, y += size) {
    float top = -INFINITY, total = 0;
    for (ptrdiff_t t = 0; t < count; t++) {
      const float *const key = keys[t] + h * size;
      float score = 0;
      for (ptrdiff_t c = 0; c < size; c++) score += q[c] * key[c];
      weights[t] = score;
      top = score > top ? score : top;
    }
    for (ptrdiff_t t = 0; t < count; t++) total += weights[t] = fast_exp(weights[t] - top);
    memset(y, 0, (size_t)size * sizeof(float));
    for (ptrdiff_t t = 0; t < count; t++) {
      const float *const value = values[t] + h * size;
      const float share = weights[t] / total;
      ELEMENTWISE
      for (ptrdiff_t c = 0; c < size; c++) y[c] += share * value[c];
    }
  }
}
