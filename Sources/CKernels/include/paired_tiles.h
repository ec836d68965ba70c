#pragma once
#include "tiles.h"
#include <stddef.h>

// Products of tiles and panels (tiles.h) by Winograd's inner product, as strassen.h tells: of every three depths the
// first two are multiplied together,
//   a0·b0 + a1·b1 = (a0 + b1)(a1 + b0) − a0·a1 − b0·b1,
// and a last depth or two alone. What is to be subtracted is summed when tiles and panels are laid out, and comes off at
// the end. Rows of A and columns of B are first balanced, multiplied by powers of two that bring their root mean squares
// to about 1: a sum of a number of A and one of B would lose the smaller.

// Whether it pays at this thread's level: where additions are free beside multiplications of numbers held in registers.
// Whether it pays or not, it needs AVX-512 and panels of 32 columns.
int gaze_pairs_tiles(void);

// Parts of a depth begin at multiples of it.
enum { GAZE_PAIRED_DEPTHS = 3 };

// The powers of two that balance the rows of x [rows, depth], or its columns [depth, columns]: 1 for what is all zeros
// or not finite.
void gaze_row_balance(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, float *factors);
void gaze_column_balance(const float *x, ptrdiff_t ldx, ptrdiff_t depth, ptrdiff_t columns, float *factors);

// The same of the R rows of a tile [depth, R].
void gaze_tile_balance(const float *tile, ptrdiff_t depth, float *factors);

// Multiplies the rows of a tile [depth, R] or the columns of a panel [depth, C] with their factors, and adds the
// products of paired depths to `sums`.
void gaze_pair_tile(float *tile, ptrdiff_t depth, const float *factors, float *sums);
void gaze_pair_panel(float *panel, ptrdiff_t depth, const float *factors, float *sums);

// As gaze_tile_products, of tiles and panels that were paired; what is to be subtracted is still in the sums, for
// gaze_finish_panel to undo. Nothing is fetched meanwhile: loads are what is scarce here.
void gaze_paired_products(const float *a, ptrdiff_t tile_stride, ptrdiff_t rows, ptrdiff_t depth, const float *panel,
                          float *c, int continues);
