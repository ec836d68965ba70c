#pragma once
#include <stddef.h>

// Pooling of one image, and channels side by side. All arrays are row-major float32, images [H, W, C].

// Maximum over 3×3 windows, stride 2, no padding: y is [(H − 3)/2 + 1, (W − 3)/2 + 1, C]; H, W ≥ 3.
void gaze_max_pool_3x3(const float *x, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels, float *y);
// Mean over the 3×3 window around each pixel, of the pixels inside the image only: y is [H, W, C].
void gaze_average_pool_3x3(const float *x, ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels, float *y);
// Copies rows of `channels` floats to rows `stride` floats apart.
void gaze_copy_channels(const float *x, ptrdiff_t rows, ptrdiff_t channels, float *y, ptrdiff_t stride);
