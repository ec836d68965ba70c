#include "include/kernels.h"
#include "dispatch.h"

KERNEL(void, gaze_bias_residual_relu, (const float *x, const float *bias, const float *residual, int relu,
       ptrdiff_t rows, ptrdiff_t channels, float *y), (x, bias, residual, relu, rows, channels, y)) {
  for (ptrdiff_t r = 0; r < rows; r++, x += channels, y += channels) {
    if (residual) {
      ELEMENTWISE
      for (ptrdiff_t c = 0; c < channels; c++) y[c] = x[c] + bias[c] + residual[c];
      residual += channels;
    } else {
      ELEMENTWISE
      for (ptrdiff_t c = 0; c < channels; c++) y[c] = x[c] + bias[c];
    }
    if (relu) {
      ELEMENTWISE
      for (ptrdiff_t c = 0; c < channels; c++) y[c] = y[c] > 0 ? y[c] : 0;
    }
  }
}

KERNEL(void, gaze_scale_shift, (const float *x, const float *scale, const float *shift, const float *residual,
       int relu, ptrdiff_t rows, ptrdiff_t channels, float *y),
       (x, scale, shift, residual, relu, rows, channels, y)) {
  const float floor = relu ? 0.0f : -3.402823466e38f;
  for (ptrdiff_t r = 0; r < rows; r++, x += channels, y += channels) {
    if (residual) {
      ELEMENTWISE
      for (ptrdiff_t c = 0; c < channels; c++) {
        float v = x[c] * scale[c] + shift[c] + residual[c];
        y[c] = v > floor ? v : floor;
      }
      residual += channels;
    } else {
      ELEMENTWISE
      for (ptrdiff_t c = 0; c < channels; c++) {
        float v = x[c] * scale[c] + shift[c];
        y[c] = v > floor ? v : floor;
      }
    }
  }
}

// Sums are kept in float over blocks of this many rows, then in double: fast, and no digits lost over long columns.
enum { BLOCK_ROWS = 32, BLOCK_CHANNELS = 64 };

KERNEL(void, gaze_channel_moments, (const float *x, const float *center, ptrdiff_t rows, ptrdiff_t channels,
       double *sum, double *sum_of_squares), (x, center, rows, channels, sum, sum_of_squares)) {
  for (ptrdiff_t c0 = 0; c0 < channels; c0 += BLOCK_CHANNELS) {
    const ptrdiff_t n = channels - c0 < BLOCK_CHANNELS ? channels - c0 : BLOCK_CHANNELS;
    for (ptrdiff_t c = 0; c < n; c++) sum[c0 + c] = sum_of_squares[c0 + c] = 0;
    for (ptrdiff_t r0 = 0; r0 < rows; r0 += BLOCK_ROWS) {
      const ptrdiff_t last = rows - r0 < BLOCK_ROWS ? rows : r0 + BLOCK_ROWS;
      float s[BLOCK_CHANNELS] = {0}, q[BLOCK_CHANNELS] = {0};
      for (ptrdiff_t r = r0; r < last; r++) {
        const float *p = x + r * channels + c0;
        for (ptrdiff_t c = 0; c < n; c++) {
          const float v = p[c] - center[c0 + c];
          s[c] += v;
          q[c] += v * v;
        }
      }
      for (ptrdiff_t c = 0; c < n; c++) {
        sum[c0 + c] += s[c];
        sum_of_squares[c0 + c] += q[c];
      }
    }
  }
}

KERNEL(void, gaze_add_channel_sums, (const float *x, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t channels,
       float *sum), (x, stride, rows, channels, sum)) {
  for (ptrdiff_t r = 0; r < rows; r++, x += stride)
    for (ptrdiff_t c = 0; c < channels; c++) sum[c] += x[c];
}

KERNEL(void, gaze_relu_backward, (const float *y, const float *dy, ptrdiff_t count, float *dz), (y, dy, count, dz)) {
  ELEMENTWISE
  for (ptrdiff_t i = 0; i < count; i++) dz[i] = y[i] > 0 ? dy[i] : 0;
}

KERNEL(void, gaze_batch_norm_sums, (const float *dz, const float *x, const float *mean,
       const float *inverse_deviation, ptrdiff_t rows, ptrdiff_t channels, double *sum_dy, double *sum_dy_x),
       (dz, x, mean, inverse_deviation, rows, channels, sum_dy, sum_dy_x)) {
  for (ptrdiff_t c0 = 0; c0 < channels; c0 += BLOCK_CHANNELS) {
    const ptrdiff_t n = channels - c0 < BLOCK_CHANNELS ? channels - c0 : BLOCK_CHANNELS;
    for (ptrdiff_t c = 0; c < n; c++) sum_dy[c0 + c] = sum_dy_x[c0 + c] = 0;
    for (ptrdiff_t r0 = 0; r0 < rows; r0 += BLOCK_ROWS) {
      const ptrdiff_t last = rows - r0 < BLOCK_ROWS ? rows : r0 + BLOCK_ROWS;
      float s[BLOCK_CHANNELS] = {0}, q[BLOCK_CHANNELS] = {0};
      for (ptrdiff_t r = r0; r < last; r++) {
        const float *d = dz + r * channels + c0, *p = x + r * channels + c0;
        for (ptrdiff_t c = 0; c < n; c++) {
          s[c] += d[c];
          q[c] += d[c] * ((p[c] - mean[c0 + c]) * inverse_deviation[c0 + c]);
        }
      }
      for (ptrdiff_t c = 0; c < n; c++) {
        sum_dy[c0 + c] += s[c];
        sum_dy_x[c0 + c] += q[c];
      }
    }
  }
}

KERNEL(void, gaze_batch_norm_apply, (const float *dz, const float *x, const float *a, const float *b, const float *c,
       ptrdiff_t rows, ptrdiff_t channels, float *dx), (dz, x, a, b, c, rows, channels, dx)) {
  for (ptrdiff_t r = 0; r < rows; r++, dz += channels, x += channels, dx += channels)
    ELEMENTWISE
    for (ptrdiff_t k = 0; k < channels; k++) dx[k] = a[k] * dz[k] + b[k] * x[k] + c[k];
}

KERNEL(void, gaze_average_pool_2x2, (const float *x, int height, int width, int channels, float *y),
       (x, height, width, channels, y)) {
  const ptrdiff_t row = (ptrdiff_t)width * channels;
  for (int i = 0; i < height / 2; i++)
    for (int j = 0; j < width / 2; j++, y += channels) {
      const float *p = x + (ptrdiff_t)(2 * i) * row + (ptrdiff_t)(2 * j) * channels;
      for (int c = 0; c < channels; c++)
        y[c] = 0.25f * ((p[c] + p[c + channels]) + (p[row + c] + p[row + c + channels]));
    }
}

KERNEL(void, gaze_average_pool_2x2_backward, (const float *dy, int height, int width, int channels, float *dx),
       (dy, height, width, channels, dx)) {
  const ptrdiff_t row = (ptrdiff_t)width * channels;
  for (int i = 0; i < height / 2; i++)
    for (int j = 0; j < width / 2; j++, dy += channels) {
      float *p = dx + (ptrdiff_t)(2 * i) * row + (ptrdiff_t)(2 * j) * channels;
      for (int c = 0; c < channels; c++)
        p[c] = p[c + channels] = p[row + c] = p[row + c + channels] = 0.25f * dy[c];
    }
}

KERNEL(void, gaze_add, (const float *x, ptrdiff_t count, float *y), (x, count, y)) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] += x[i];
}

KERNEL(void, gaze_add_squares, (const float *x, ptrdiff_t count, float *y), (x, count, y)) {
  for (ptrdiff_t i = 0; i < count; i++) y[i] += x[i] * x[i];
}

KERNEL(double, gaze_sum_of_squares, (const float *x, ptrdiff_t count), (x, count)) {
  double total = 0;
  for (ptrdiff_t i = 0; i < count; i += 4096) {
    const ptrdiff_t last = count - i < 4096 ? count : i + 4096;
    float s = 0;
    for (ptrdiff_t k = i; k < last; k++) s += x[k] * x[k];
    total += s;
  }
  return total;
}
