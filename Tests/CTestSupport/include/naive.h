#pragma once
#include <stddef.h>

// The naive twins that are too slow in a debug build's Swift: number by number, summed in double precision.

// a [m, k] · b [k, n] = c [m, n].
void naive_product(const float *a, const float *b, ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, float *c);

typedef struct {
  int batch, height, width, inputs, outputs;
  int kernel_height, kernel_width, stride;
  int top, left;  // zeros around the input
  int output_height, output_width;
} naive_window;

// x [batch, height, width, inputs], kernel [kernel_height, kernel_width, inputs, outputs] → y [batch, output_height,
// output_width, outputs].
void naive_convolution(const float *x, const float *kernel, naive_window window, float *y);
