#include "naive.h"

#include <stdlib.h>

void naive_product(const float *a, const float *b, ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, float *c) {
  double *const sums = malloc((size_t)n * sizeof(double));
  for (ptrdiff_t i = 0; i < m; i++) {
    for (ptrdiff_t j = 0; j < n; j++) sums[j] = 0;
    for (ptrdiff_t l = 0; l < k; l++)
      for (ptrdiff_t j = 0; j < n; j++) sums[j] += (double)a[i * k + l] * (double)b[l * n + j];
    for (ptrdiff_t j = 0; j < n; j++) c[i * n + j] = (float)sums[j];
  }
  free(sums);
}

void naive_convolution(const float *x, const float *kernel, naive_window w, float *y) {
  for (int b = 0; b < w.batch; b++)
    for (int i = 0; i < w.output_height; i++)
      for (int j = 0; j < w.output_width; j++)
        for (int o = 0; o < w.outputs; o++, y++) {
          double sum = 0;
          for (int ki = 0; ki < w.kernel_height; ki++)
            for (int kj = 0; kj < w.kernel_width; kj++) {
              const int row = i * w.stride + ki - w.top, column = j * w.stride + kj - w.left;
              if (row < 0 || row >= w.height || column < 0 || column >= w.width) continue;
              const float *pixel = x + (((ptrdiff_t)b * w.height + row) * w.width + column) * w.inputs;
              const float *taps = kernel + ((ptrdiff_t)ki * w.kernel_width + kj) * w.inputs * w.outputs;
              for (int c = 0; c < w.inputs; c++) sum += (double)pixel[c] * (double)taps[c * w.outputs + o];
            }
          *y = (float)sum;
        }
}
