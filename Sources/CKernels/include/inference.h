#pragma once
#include <stddef.h>

// Loops of convolution at inference: products with weights packed once, and Winograd's transforms.
// All arrays are row-major float32; sizes are counts of floats. Twins: Sources/Tensors/Reference.

// --- Packed products (packed_product.c) ------------------------------------------------------------------------
// A matrix [depth, columns] is packed as panels of up to 64 columns, each panel depth-major and zero-padded to a
// multiple of 16 columns, so that a product reads it once, forwards.

// Columns of the full panels chosen for a matrix: 32, 48 or 64, whichever leaves the least padding.
int gaze_panel_width(ptrdiff_t columns);
// Floats that the packed matrix takes.
ptrdiff_t gaze_packed_count(ptrdiff_t depth, ptrdiff_t columns);
ptrdiff_t gaze_panel_count(ptrdiff_t columns);
void gaze_pack(const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t columns, float *packed);

typedef struct {
  const float *bias;      // [columns], or NULL
  const float *residual;  // [rows, columns] at residual_stride, or NULL
  ptrdiff_t residual_stride;
  int relu;
} gaze_epilogue;

// C = relu?(A·B + bias? + residual?) for `rows` rows of A and panels [first, last) of B; C points at column 0.
// Every number is summed over the depth in order, so results do not depend on how rows and panels are divided.
void gaze_packed_product(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, const float *packed,
                         ptrdiff_t columns, ptrdiff_t first, ptrdiff_t last, float *c, ptrdiff_t ldc,
                         gaze_epilogue epilogue);

// --- Winograd (winograd.c) -------------------------------------------------------------------------------------
// F(4×4, 3×3) (Lavin & Gray 2016): a 6×6 tile of input gives a 4×4 tile of output with 36 products, not 144.

typedef struct {
  int height, width, channels;  // input, one image
  ptrdiff_t stride;             // floats from pixel to pixel (≥ channels)
  int pad_top, pad_left;
  int output_height, output_width;
} gaze_plane;

// Kernel [3, 3, C, O] → 36 matrices [C, O].
void gaze_winograd_kernel_3x3(const float *kernel, ptrdiff_t inputs, ptrdiff_t outputs, float *transformed);
// Kernel of `taps` matrices of `size` numbers → `points` of them; matrix [points, taps] is G.
void gaze_winograd_kernel_line(const float *kernel, ptrdiff_t size, int taps, int points, const double *matrix,
                               float *transformed);
// Tiles [first, first + count) of the input → transformed[36][count][C].
void gaze_winograd_input_3x3(const float *input, gaze_plane plane, ptrdiff_t first, ptrdiff_t count,
                             float *transformed);
// products[36][count][O] → the tiles' outputs, with bias and ReLU; output_stride floats from pixel to pixel.
void gaze_winograd_output_3x3(const float *products, gaze_plane plane, ptrdiff_t first, ptrdiff_t count,
                              ptrdiff_t outputs, const float *bias, int relu, float *output, ptrdiff_t output_stride);

// F(m, 7) along one axis; `points` = m + 6 products for m outputs. matrix [points, points] is Bᵀ.
// Lines run along the width (axis 1) or the height (axis 0); tiles are counted line by line.
void gaze_winograd_input_line(const float *input, gaze_plane plane, int axis, int outputs_per_tile, int points,
                              const float *matrix, ptrdiff_t first, ptrdiff_t count, float *transformed);
// matrix [m, points] is Aᵀ.
void gaze_winograd_output_line(const float *products, gaze_plane plane, int axis, int outputs_per_tile, int points,
                               const float *matrix, ptrdiff_t first, ptrdiff_t count, ptrdiff_t outputs,
                               const float *bias, int relu, float *output, ptrdiff_t output_stride);
