#pragma once
#include <stddef.h>

// Strassen's product (1969): with A, B and C cut in two each way, seven products of sums of quarters instead of eight
// of quarters. As Huang, Smith, Henry and van de Geijn (2016) do it, the sums are made while A and B are packed, and
// each product goes from registers straight to the quarters of C that it belongs to. Row-major float32; sizes are counts
// of floats.
//
// Quarters: the rows of A and C are halved once, the upper half taking the odd row; columns of B and C in neighbouring
// panels of 32; the depth once, its missing half row counting as zeros.

enum {
  GAZE_STRASSEN_PRODUCTS = 7,
  GAZE_STRASSEN_PAIR = 64,  // columns of B and C in two panels
};

// `paired`: whether sums are taken by Winograd's inner product ("A new algorithm for inner product", 1968),
//   a0·b0 + a1·b1 = (a0 + b1)(a1 + b0) − a0·a1 − b0·b1,
// for two depths of three: one multiplication and two additions instead of two multiplications, and what is to be
// subtracted is summed while packing. It pays where additions run beside multiplications, and needs AVX-512. One of
// gaze_additions (processor.h), which say how numbers get to them. Rows of A and columns of B are scaled by powers of
// two meanwhile, to below 2.
//
// Rows of A are taken 14 or fewer at a time, paired 11 or fewer.
ptrdiff_t gaze_strassen_tiles(int paired, ptrdiff_t rows);
// Floats that the sums of A [rows, depth] and of B [depth, 64·pairs] take.
ptrdiff_t gaze_strassen_count_a(int paired, ptrdiff_t rows, ptrdiff_t depth);
ptrdiff_t gaze_strassen_count_b(ptrdiff_t depth, ptrdiff_t pairs);

// Seven sums of A's quarters, of tiles [first, last), as strassen_layout.h tells; A's rows are lda floats apart, or it is
// stored as [depth, rows]. The depth is at least 4.
void gaze_strassen_pack_a(int paired, const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, ptrdiff_t first,
                          ptrdiff_t last, float *packed);
void gaze_strassen_pack_a_transposed(int paired, const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth,
                                     ptrdiff_t first, ptrdiff_t last, float *packed);
// Seven sums of B's quarters, of pairs [first, last); or of a B stored as [64·pairs, depth]. The sums of B's columns are
// added to `totals` [64·pairs], unless it is NULL.
void gaze_strassen_pack_b(int paired, const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t pairs, ptrdiff_t first,
                          ptrdiff_t last, float *packed, float *totals);
void gaze_strassen_pack_b_transposed(int paired, const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t pairs,
                                     ptrdiff_t first, ptrdiff_t last, float *packed);

typedef struct {
  float *c;          // [rows, 64·pairs], rows `stride` apart
  ptrdiff_t stride;
  const float *bias;  // [64·pairs], or NULL; not with `adds`
  int adds;           // add to what C holds
  int relu;           // at the end
} gaze_strassen_result;

// C = relu?(A·B + bias?) or C += A·B from the sums of both, packed alike.
void gaze_strassen_product(int paired, const float *a, const float *b, ptrdiff_t rows, ptrdiff_t depth,
                           ptrdiff_t pairs, gaze_strassen_result result);
