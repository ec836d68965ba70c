#include "include/kernels.h"
#include "dispatch_inference.h"

typedef float lanes __attribute__((vector_size(64), aligned(4)));
enum { LANES = 16, VECTORS = 4, STRIDE = LANES * VECTORS, MOST_ROWS = 6 };

// 64 partial sums for each row and output, added pairwise at the end. What differs between row counts is only how
// often the weights are read, never the order of a sum.
INLINE void dot_block(const int rows, const float *x, ptrdiff_t inputs, const float *w, float bias, float *y,
                      ptrdiff_t y_stride) {
  lanes sum[MOST_ROWS][VECTORS];
  _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)
      _Pragma("clang loop unroll(full)") for (int v = 0; v < VECTORS; v++) sum[r][v] = (lanes){0};
  ptrdiff_t i = 0;
  for (; i + STRIDE <= inputs; i += STRIDE)
    _Pragma("clang loop unroll(full)") for (int v = 0; v < VECTORS; v++) {
      const lanes weight = *(const lanes *)(w + i + v * LANES);
      _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)
        sum[r][v] += weight * *(const lanes *)(x + r * inputs + i + v * LANES);
    }
  _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) {
    float part[STRIDE];
    _Pragma("clang loop unroll(full)") for (int v = 0; v < VECTORS; v++) *(lanes *)(part + v * LANES) = sum[r][v];
    for (ptrdiff_t k = i; k < inputs; k++) part[k - i] += x[r * inputs + k] * w[k];
    for (int half = STRIDE / 2; half > 0; half /= 2)
      for (int l = 0; l < half; l++) part[l] += part[l + half];
    y[r * y_stride] = part[0] + bias;
  }
}

#define BLOCK(R)                                                                                                      \
  case R:                                                                                                             \
    dot_block(R, x + r * inputs, inputs, w, b, y + r * y_stride + o, y_stride);                                       \
    break;

WIDE_KERNEL void gaze_dot_rows(const float *x, ptrdiff_t rows, ptrdiff_t inputs, const float *weights,
                               const float *bias, ptrdiff_t first, ptrdiff_t last, float *y, ptrdiff_t y_stride) {
  for (ptrdiff_t o = first; o < last; o++) {
    const float *w = weights + o * inputs, b = bias ? bias[o] : 0.0f;
    for (ptrdiff_t r = 0; r < rows; r += MOST_ROWS) {
      const ptrdiff_t count = rows - r < MOST_ROWS ? rows - r : MOST_ROWS;
      switch (count) { BLOCK(1) BLOCK(2) BLOCK(3) BLOCK(4) BLOCK(5) BLOCK(6) }
    }
  }
}
