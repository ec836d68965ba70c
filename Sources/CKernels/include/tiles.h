#pragma once
#include <stddef.h>

// Products of many rows with a matrix that is met once, as a file holds it: both factors are laid out for the registers
// just before they are multiplied. All arrays are row-major float32; sizes are counts of floats.
//
// Rows of A are packed as tiles of R rows, each tile [depth, R]; columns of B as panels of C columns, each [depth, C]. A
// tile times a panel is R rows of C sums.

// R and C at this thread's level: 6 and 16, with AVX-512 11 and 32.
enum { GAZE_WIDE_TILE_ROWS = 11, GAZE_WIDE_TILE_COLUMNS = 32 };
int gaze_tile_rows(void);
int gaze_tile_columns(void);

// `rows` ≤ R rows of x → a tile; rows that are missing are zeros.
void gaze_pack_tile(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, float *tile);
// The same of x stored as [depth, rows].
void gaze_pack_tile_transposed(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, float *tile);
// `columns` ≤ C columns of x [depth, columns] → a panel; columns that are missing are zeros.
void gaze_pack_panel(const float *x, ptrdiff_t ldx, ptrdiff_t depth, ptrdiff_t columns, float *panel);
// The same of x stored as [columns, depth].
void gaze_pack_panel_transposed(const float *x, ptrdiff_t ldx, ptrdiff_t depth, ptrdiff_t columns, float *panel);

// Memory that will be needed next: `count` stretches of `bytes`, `stride` bytes apart.
typedef struct {
  const void *first;
  ptrdiff_t stride;
  ptrdiff_t bytes;
  ptrdiff_t count;
} gaze_stretches;

// Rows of A, in tiles that begin `tile_stride` apart, times a panel: c [rows, C] = A·B, with `continues` += A·B; room for
// whole tiles. Meanwhile what is `next` is fetched, evenly: `next` is a list of `lists` of them.
void gaze_tile_products(const float *a, ptrdiff_t tile_stride, ptrdiff_t rows, ptrdiff_t depth, const float *panel,
                        float *c, int continues, const gaze_stretches *next, int lists);

// What is to be undone where depths were paired (paired_tiles.h), of a panel's columns [C] and of the rows; NULL each
// where none were.
typedef struct {
  const float *column_factors, *column_sums;
  const float *row_factors, *row_sums;
} gaze_pairing;

// What a panel's sums become: y = activation(sum + bias?) + residual?, [rows, columns] with columns ≤ C.
typedef struct {
  const float *bias;      // [columns], or NULL
  int activation;         // 0: none; 1: x·Φ(x); 2: the same by tanh
  const float *residual;  // rows residual_stride apart, or NULL
  ptrdiff_t residual_stride;
} gaze_panel_end;
// `sums` [rows, C] are used up.
void gaze_finish_panel(float *sums, ptrdiff_t rows, ptrdiff_t columns, gaze_pairing pairing, gaze_panel_end end,
                       float *y, ptrdiff_t ldy);
// The same without a residual, laid out for the product that follows: [columns, R] in each of the tiles, which begin
// tile_stride apart.
void gaze_finish_panel_tiled(float *sums, ptrdiff_t rows, ptrdiff_t columns, gaze_pairing pairing, gaze_panel_end end,
                             float *tiles, ptrdiff_t tile_stride);

// A softmax of factor·x down each column of [rows, columns], but for the division: x becomes the powers of e, in place,
// and shares[c] 1 / their sum. Columns are a multiple of 16.
void gaze_softmax_columns(float *x, ptrdiff_t rows, ptrdiff_t columns, float factor, float *shares);
// x [rows, columns] times shares [columns], in place.
void gaze_multiply_columns(float *x, ptrdiff_t rows, ptrdiff_t columns, const float *shares);
