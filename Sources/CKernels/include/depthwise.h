#pragma once
#include "kernels.h"

// Depthwise convolution: every channel has a filter of its own. All arrays are row-major float32, images [H, W, C].

// y = relu?(sum over the window of input · kernel[kh, kw, C] + bias[C]) for rows [first, first + count) of the output's
// B·H′, of which y points at the first. relu as in gaze_epilogue. The kernel is square, of at most
// GAZE_LARGEST_DEPTHWISE.
enum { GAZE_LARGEST_DEPTHWISE = 7 };
void gaze_depthwise(const float *input, gaze_window window, const float *kernel, const float *bias, int relu,
                    ptrdiff_t first, ptrdiff_t count, float *y);
