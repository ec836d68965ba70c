#include "include/pooling.h"
#include <stdint.h>
#include <string.h>
#include "dispatch.h"

KERNEL(void, gaze_max_pool_3x3, (const float *x, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels, float *y),
       (x, height, width, channels, y)) {
  const ptrdiff_t row = width * channels;
  for (ptrdiff_t top = 0; top + 3 <= height; top += 2) {
    for (ptrdiff_t left = 0; left + 3 <= width; left += 2, y += channels) {
      const float *window = x + top * row + left * channels;
      memcpy(y, window, (size_t)channels * sizeof(float));
      for (int i = 1; i < 9; i++) {
        const float *pixel = window + i / 3 * row + i % 3 * channels;
        for (ptrdiff_t c = 0; c < channels; c++) y[c] = pixel[c] > y[c] ? pixel[c] : y[c];
      }
    }
  }
}

KERNEL(void, gaze_average_pool_3x3, (const float *x, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels, float *y),
       (x, height, width, channels, y)) {
  for (ptrdiff_t row = 0; row < height; row++) {
    const ptrdiff_t top = row > 0 ? row - 1 : 0, bottom = row + 1 < height ? row + 1 : row;
    for (ptrdiff_t column = 0; column < width; column++, y += channels) {
      const ptrdiff_t left = column > 0 ? column - 1 : 0, right = column + 1 < width ? column + 1 : column;
      memset(y, 0, (size_t)channels * sizeof(float));
      for (ptrdiff_t i = top; i <= bottom; i++) {
        for (ptrdiff_t j = left; j <= right; j++) {
          const float *pixel = x + (i * width + j) * channels;
          for (ptrdiff_t c = 0; c < channels; c++) y[c] += pixel[c];
        }
      }
      const float share = 1.0f / (float)((bottom - top + 1) * (right - left + 1));
      for (ptrdiff_t c = 0; c < channels; c++) y[c] *= share;
    }
  }
}

KERNEL(void, gaze_copy_channels, (const float *x, ptrdiff_t rows, ptrdiff_t channels, float *y, ptrdiff_t stride),
       (x, rows, channels, y, stride)) {
  for (ptrdiff_t r = 0; r < rows; r++)
    memcpy(y + r * stride, x + r * channels, (size_t)channels * sizeof(float));
}
