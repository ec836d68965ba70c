#pragma once
#include <stddef.h>

// Strassen's product (1969): with A, B and C cut in two each way, seven products of sums of quarters instead of eight
// of quarters. As Huang, Smith, Henry and van de Geijn (2016) do it, the sums are made while A and B are packed, and
// each product goes from registers straight to the quarters of C that it belongs to. Row-major float32; sizes are counts
// of floats. Twin: Reference.product.
//
// Quarters: the rows of A and C are halved once, the upper half taking the odd row; columns of B and C in neighbouring
// panels of 32; the depth once, its missing half row counting as zeros.

enum {
  GAZE_STRASSEN_PRODUCTS = 7,
  GAZE_STRASSEN_PAIR = 64,  // columns of B and C in two panels
};

// Rows of A are taken 14 or fewer at a time.
ptrdiff_t gaze_strassen_tiles(ptrdiff_t rows);
// Floats that the sums of A [rows, depth] and of B [depth, 64·pairs] take.
ptrdiff_t gaze_strassen_count_a(ptrdiff_t rows, ptrdiff_t depth);
ptrdiff_t gaze_strassen_count_b(ptrdiff_t depth, ptrdiff_t pairs);

// Seven sums of A's quarters, [7, tiles, half the depth rounded up to even, 16], of tiles [first, last); A's rows are lda
// floats apart, or it is stored as [depth, rows]. The depth is at least 4.
void gaze_strassen_pack_a(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, ptrdiff_t first,
                          ptrdiff_t last, float *sums);
void gaze_strassen_pack_a_transposed(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, ptrdiff_t first,
                                     ptrdiff_t last, float *sums);
// Seven sums of B's quarters, [7, pairs, half the depth rounded up to even, 32], of pairs [first, last); or of a B stored
// as [64·pairs, depth]. The sums of B's columns are added to `totals` [64·pairs], unless it is NULL.
void gaze_strassen_pack_b(const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t pairs, ptrdiff_t first,
                          ptrdiff_t last, float *sums, float *totals);
void gaze_strassen_pack_b_transposed(const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t pairs, ptrdiff_t first,
                                     ptrdiff_t last, float *sums);

typedef struct {
  float *c;          // [rows, 64·pairs], rows `stride` apart
  ptrdiff_t stride;
  const float *bias;  // [64·pairs], or NULL; not with `adds`
  int adds;           // add to what C holds
  int relu;           // at the end
} gaze_strassen_result;

// C = relu?(A·B + bias?) or C += A·B from the sums of both.
void gaze_strassen_product(const float *a_sums, const float *b_sums, ptrdiff_t rows, ptrdiff_t depth, ptrdiff_t pairs,
                           gaze_strassen_result result);
