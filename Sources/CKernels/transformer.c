#include "include/transformer.h"
#include "dispatch.h"
#include "exponentials.h"
#include "include/halfprecision.h"
#include <math.h>
#include <string.h>

// Sixteen floats of any alignment: an AVX-512 register, or two of AVX2.
typedef float vector __attribute__((vector_size(64), aligned(4)));
enum { LANES = 16 };

// By pointer, because vectors cannot be passed between functions for different processors. In this order wherever it is
// inlined: tiles of different size give the same bits, which -fassociative-math would not promise.
INLINE float sum_of(const vector *v) {
#pragma clang fp reassociate(off)
  float part[8];
  for (int i = 0; i < 8; i++) part[i] = (*v)[i] + (*v)[i + 8];
  return ((part[0] + part[4]) + (part[2] + part[6])) + ((part[1] + part[5]) + (part[3] + part[7]));
}

typedef uint16_t halves __attribute__((vector_size(32), aligned(2)));
typedef uint32_t words __attribute__((vector_size(64), aligned(4)));
typedef _Float16 narrow_vector __attribute__((vector_size(32), aligned(2)));

// GAZE_FLOAT16 where an instruction widens such numbers: on x86-64 from level 1 on, on 64-bit Arm always.
enum { FLOAT16_BY_INSTRUCTION = 3 };
#if defined(__aarch64__)
INLINE int float16_at(const int level) { return FLOAT16_BY_INSTRUCTION; }
#else
INLINE int float16_at(const int level) { return level >= 1 ? FLOAT16_BY_INSTRUCTION : GAZE_FLOAT16; }
#endif

// Sixteen numbers of w from index i on. Half precision without an instruction takes arithmetic that every processor has:
// its exponent is re-biased by a multiplication with 2^112, which normalises subnormal numbers as well.
INLINE void load(const void *w, ptrdiff_t i, const int type, vector *v) {
  if (type == GAZE_FLOAT32) {
    *v = *(const vector *)((const float *)w + i);
    return;
  }
  if (type == FLOAT16_BY_INSTRUCTION) {
    narrow_vector narrow;
    memcpy(&narrow, (const char *)w + 2 * i, sizeof narrow);
    *v = __builtin_convertvector(narrow, vector);
    return;
  }
  halves half;
  memcpy(&half, (const char *)w + 2 * i, sizeof half);
  words bits = __builtin_convertvector(half, words);
  if (type == GAZE_BFLOAT16) {
    bits <<= 16;
  } else {
    const words magnitude = (bits & 0x7fff) << 13, sign = (bits & 0x8000) << 16;
    const words infinite = (words)(magnitude >= 0x0f800000);  // and what is no number
    bits = sign | (words)((vector)magnitude * 0x1p112f) | (infinite & 0x7f800000);
  }
  memcpy(v, &bits, sizeof bits);
}

// The last numbers of a row, fewer than sixteen, and zeros.
INLINE void load_last(const void *w, ptrdiff_t i, ptrdiff_t count, const int type, vector *v) {
  float last[LANES] = {0};
  memcpy(last, (const char *)w + i * (type == GAZE_FLOAT32 ? 4 : 2), (size_t)count * (type == GAZE_FLOAT32 ? 4 : 2));
  load(last, 0, type, v);
}

INLINE const void *moved(const void *w, ptrdiff_t count, const int type) {
  return (const char *)w + count * (type == GAZE_FLOAT32 ? 4 : 2);
}

// Some rows of w and of x at once: as many sums as registers hold. Vectors throughout: each sum is made in the same order,
// whatever stands beside it. What lies as many rows further on is fetched meanwhile: a row is too short for processors to
// see.
INLINE void dot_tile(const int rows, const float *x, ptrdiff_t ldx, ptrdiff_t depth, const int some, const void *w,
                     const int type, ptrdiff_t ldw, int fetches, const float *bias, float *y, ptrdiff_t ldy) {
#pragma clang fp reassociate(off)
  vector sum[6][4], v[4];
  for (int r = 0; r < rows; r++)
    for (int k = 0; k < some; k++) sum[r][k] = (vector){0};
  ptrdiff_t i = 0;
  for (; i + LANES <= depth; i += LANES) {
    for (int k = 0; k < some; k++) {
      if (fetches) __builtin_prefetch(moved(w, (some + k) * ldw + i, type), 0, 2);
      load(w, k * ldw + i, type, &v[k]);
    }
    for (int r = 0; r < rows; r++) {
      const vector a = *(const vector *)(x + r * ldx + i);
      for (int k = 0; k < some; k++) sum[r][k] += a * v[k];
    }
  }
  if (i < depth) {
    for (int k = 0; k < some; k++) load_last(w, k * ldw + i, depth - i, type, &v[k]);
    for (int r = 0; r < rows; r++) {
      vector a;
      load_last(x + r * ldx, i, depth - i, GAZE_FLOAT32, &a);
      for (int k = 0; k < some; k++) sum[r][k] += a * v[k];
    }
  }
  for (int r = 0; r < rows; r++)
    for (int k = 0; k < some; k++) y[r * ldy + k] = sum_of(&sum[r][k]) + (bias ? bias[k] : 0);
}

// Whether the loops that read weights fetch what comes next. Beside one row of x it costs 5 to 7 % of a word with AVX-512
// (Zen 5), and beside several it brings more; with AVX2 going without was not measured.
INLINE int fetches_ahead(const int level, ptrdiff_t rows) { return level < 2 || rows > 1; }

// Some rows of w with all rows of x.
INLINE void dot_rows(const int level, const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, const int some,
                     const void *w, const int type, ptrdiff_t ldw, const float *bias, float *y, ptrdiff_t ldy) {
  const int most = level == 2 ? 6 : 3;
  for (ptrdiff_t r = 0; r < rows; r += most) {
    const float *const a = x + r * ldx;
    float *const to = y + r * ldy;
    const int fetches = r == 0 && fetches_ahead(level, rows);
    switch (rows - r < most ? rows - r : most) {
#define CASE(R) \
  case R: dot_tile(R, a, ldx, depth, some, w, type, ldw, fetches, bias, to, ldy); break;
      CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#undef CASE
    }
  }
}

// Memory gives more where it is read from more rows at once. Beside one row of x registers hold the sums of four rows of
// w, and of 32 registers beside six.
INLINE void dot_products(const int level, const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, const void *w,
                         const int type, ptrdiff_t ldw, ptrdiff_t outputs, const float *bias, float *y, ptrdiff_t ldy) {
  ptrdiff_t o = 0;
#define ROWS(OF_X, SOME)                                                                                                \
  for (; o + SOME <= outputs; o += SOME)                                                                              \
    dot_rows(level, x, ldx, OF_X, depth, SOME, moved(w, o * ldw, type), type, ldw, bias ? bias + o : NULL, y + o, ldy)
  if (rows == 1) ROWS(1, 4);
  if (level == 2) ROWS(rows, 4);
  ROWS(rows, 2);
  ROWS(rows, 1);
#undef ROWS
}

WIDE_KERNEL(void, gaze_dot_products, (const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, const void *w,
            gaze_number_type type, ptrdiff_t ldw, ptrdiff_t outputs, const float *bias, float *y, ptrdiff_t ldy),
            (x, ldx, rows, depth, w, type, ldw, outputs, bias, y, ldy)) {
  switch (type) {
    case GAZE_FLOAT32: dot_products(level, x, ldx, rows, depth, w, GAZE_FLOAT32, ldw, outputs, bias, y, ldy); break;
    case GAZE_FLOAT16: dot_products(level, x, ldx, rows, depth, w, float16_at(level), ldw, outputs, bias, y, ldy); break;
    case GAZE_BFLOAT16: dot_products(level, x, ldx, rows, depth, w, GAZE_BFLOAT16, ldw, outputs, bias, y, ldy); break;
  }
}

// Four rows of w at a time, so that y is read and written a quarter as often. Sixteen columns of them stay in registers
// for all rows of x, and where `rows` is a constant the numbers of x as well. The next four rows are fetched meanwhile.
INLINE void add_rows(const int level, const int some, const float *x, ptrdiff_t ldx, const ptrdiff_t rows,
                     const void *w, const int type, ptrdiff_t ldw, ptrdiff_t outputs, float *y, ptrdiff_t ldy) {
  ptrdiff_t o = 0;
  vector v[4];
  for (; o + LANES <= outputs; o += LANES) {
    for (int k = 0; k < some; k++) {
      if (fetches_ahead(level, rows)) __builtin_prefetch(moved(w, (some + k) * ldw + o, type), 0, 2);
      load(w, k * ldw + o, type, &v[k]);
    }
    for (ptrdiff_t r = 0; r < rows; r++) {
      vector sum = {0};
      for (int k = 0; k < some; k++) sum += x[r * ldx + k] * v[k];
      *(vector *)(y + r * ldy + o) += sum;
    }
  }
  if (o == outputs) return;
  for (int k = 0; k < some; k++) load_last(w, k * ldw + o, outputs - o, type, &v[k]);
  for (ptrdiff_t r = 0; r < rows; r++) {
    vector sum;
    load_last(y + r * ldy, o, outputs - o, GAZE_FLOAT32, &sum);
    for (int k = 0; k < some; k++) sum += x[r * ldx + k] * v[k];
    memcpy(y + r * ldy + o, &sum, (size_t)(outputs - o) * sizeof(float));
  }
}

INLINE void add_some(const int level, const ptrdiff_t rows, const float *x, ptrdiff_t ldx, ptrdiff_t depth,
                     const void *w, const int type, ptrdiff_t ldw, ptrdiff_t outputs, float *y, ptrdiff_t ldy) {
  ptrdiff_t i = 0;
  for (; i + 4 <= depth; i += 4)
    add_rows(level, 4, x + i, ldx, rows, moved(w, i * ldw, type), type, ldw, outputs, y, ldy);
  for (; i < depth; i++) add_rows(level, 1, x + i, ldx, rows, moved(w, i * ldw, type), type, ldw, outputs, y, ldy);
}

INLINE void add_products(const int level, const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, const void *w,
                         const int type, ptrdiff_t ldw, ptrdiff_t outputs, float *y, ptrdiff_t ldy) {
  // Of 32 registers, 24 hold the numbers of six rows of x.
  switch (level == 2 || rows == 1 ? rows : 0) {
#define CASE(R) \
  case R: add_some(level, R, x, ldx, depth, w, type, ldw, outputs, y, ldy); break;
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#undef CASE
    default: add_some(level, rows, x, ldx, depth, w, type, ldw, outputs, y, ldy);
  }
}

WIDE_KERNEL(void, gaze_add_products, (const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, const void *w,
            gaze_number_type type, ptrdiff_t ldw, ptrdiff_t outputs, float *y, ptrdiff_t ldy),
            (x, ldx, rows, depth, w, type, ldw, outputs, y, ldy)) {
  switch (type) {
    case GAZE_FLOAT32: add_products(level, x, ldx, rows, depth, w, GAZE_FLOAT32, ldw, outputs, y, ldy); break;
    case GAZE_FLOAT16: add_products(level, x, ldx, rows, depth, w, float16_at(level), ldw, outputs, y, ldy); break;
    case GAZE_BFLOAT16: add_products(level, x, ldx, rows, depth, w, GAZE_BFLOAT16, ldw, outputs, y, ldy); break;
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
