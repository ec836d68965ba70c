#pragma once
#include <stddef.h>

// Winograd's minimal filtering: the transforms around the products. All arrays are row-major float32; sizes are counts
// of floats.

typedef struct {
  int height, width, channels;  // input, one image
  ptrdiff_t stride;             // floats from pixel to pixel (≥ channels)
  int pad_top, pad_left;
  int output_height, output_width;
} gaze_plane;

// --- F(4×4, 3×3) (winograd.c) ----------------------------------------------------------------------------------
// A 6×6 tile of input gives a 4×4 tile of output with 36 products, not 144 (Lavin & Gray 2016):
// Y = Aᵀ · ((G·g·Gᵀ) ⊙ (Bᵀ·d·B)) · A. Tiles are counted row by row and image by image.

// Kernel [3, 3, size] → 36 matrices of `size` numbers; numbers [first, first + count) of each.
void gaze_winograd_kernel_3x3(const float *kernel, ptrdiff_t size, ptrdiff_t first, ptrdiff_t count,
                              float *transformed);
// Tiles [first, first + count) of the input → transformed[36][count][C].
void gaze_winograd_input_3x3(const float *input, gaze_plane plane, ptrdiff_t first, ptrdiff_t count,
                             float *transformed);
// products[36][count][O] → the tiles' outputs, with bias and ReLU; output_stride floats from pixel to pixel.
void gaze_winograd_output_3x3(const float *products, gaze_plane plane, ptrdiff_t first, ptrdiff_t count,
                              ptrdiff_t outputs, const float *bias, int relu, float *output, ptrdiff_t output_stride);
// The adjoint of the output transform: gradient of the output, a map [H′, W′, channels] without padding, → gradient of
// the products, transformed[36][count][channels].
void gaze_winograd_output_gradient_3x3(const float *gradient, gaze_plane plane, ptrdiff_t first, ptrdiff_t count,
                                       float *transformed);
// The adjoint of the kernel transform: 36 matrices of `size` numbers, added to gradient [3, 3, size].
void gaze_winograd_kernel_gradient_3x3(const float *transformed, ptrdiff_t size, ptrdiff_t first, ptrdiff_t count,
                                       float *gradient);

// --- F(m, 7) along one axis (winograd_lines.c) -----------------------------------------------------------------
// `points` = m + 6 products for m outputs. Lines run along the width (axis 1) or the height (axis 0); tiles are counted
// line by line, within one image.

// Kernel of `taps` matrices of `size` numbers → `points` of them; matrix [points, taps] is G.
void gaze_winograd_kernel_line(const float *kernel, ptrdiff_t size, int taps, int points, const double *matrix,
                               float *transformed);
// matrix [points, points] is Bᵀ.
void gaze_winograd_input_line(const float *input, gaze_plane plane, int axis, int outputs_per_tile, int points,
                              const float *matrix, ptrdiff_t first, ptrdiff_t count, float *transformed);
// matrix [m, points] is Aᵀ.
void gaze_winograd_output_line(const float *products, gaze_plane plane, int axis, int outputs_per_tile, int points,
                               const float *matrix, ptrdiff_t first, ptrdiff_t count, ptrdiff_t outputs,
                               const float *bias, int relu, float *output, ptrdiff_t output_stride);
