#pragma once
#include <stddef.h>

// Products with a matrix packed once. All arrays are row-major float32; sizes are counts of floats.

// --- Packed products (packed_product.c) ------------------------------------------------------------------------
// A matrix [depth, columns] is packed as panels of up to 48 columns, each panel depth-major and zero-padded to a
// multiple of 16 columns, so that a product reads it once, forwards.

// Columns of the full panels chosen for a matrix: 32 or 48 on a processor with AVX-512, else 16.
int gaze_panel_width(ptrdiff_t columns);
// Floats that the packed matrix takes.
ptrdiff_t gaze_packed_count(ptrdiff_t depth, ptrdiff_t columns);
ptrdiff_t gaze_panel_count(ptrdiff_t columns);
void gaze_pack(const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t columns, float *packed);
// The same of a matrix stored as [columns, depth].
void gaze_pack_transposed(const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t columns, float *packed);
// The matrix itself again, its rows ldb apart.
void gaze_unpack(const float *packed, ptrdiff_t depth, ptrdiff_t columns, float *b, ptrdiff_t ldb);
// One of its columns.
void gaze_unpack_column(const float *packed, ptrdiff_t depth, ptrdiff_t columns, ptrdiff_t column, float *numbers);

typedef struct {
  const float *bias;      // [columns], or NULL
  const float *residual;  // [rows, columns] at residual_stride, or NULL
  ptrdiff_t residual_stride;
  int relu;               // 0: none; 1: max(y, 0); 6: ReLU6, min(max(y, 0), 6)
} gaze_epilogue;

// C = relu?(A·B + bias? + residual?) for `rows` rows of A and panels [first, last) of B; C points at column 0.
// Every number is summed over the depth in order, so results do not depend on how rows and panels are divided.
void gaze_packed_product(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, const float *packed,
                         ptrdiff_t columns, ptrdiff_t first, ptrdiff_t last, float *c, ptrdiff_t ldc,
                         gaze_epilogue epilogue);
