#include "include/paired_tiles.h"
#include "paired_sums.h"

enum { LANES = CHANNELS, ROWS = GAZE_WIDE_TILE_ROWS, COLUMNS = GAZE_WIDE_TILE_COLUMNS };
// A last tile of no more rows takes half the time.
enum { FEW_ROWS = (ROWS + 1) / 2 };
#define UNROLL _Pragma("clang loop unroll(full)")

int gaze_pairs_tiles(void) { return gaze_processor_level() == 2 && gaze_free_additions() == GAZE_FREE_IN_REGISTERS; }

// 2^−n for a number of 2^n to 2^(n + 1), and 1 for zeros, the smallest numbers and what is not finite.
INLINE float power_below(float number, int *is_known) {
  union { float number; int32_t bits; } x = {.number = number};
  const int exponent = x.bits >> 23 & 0xff;
  *is_known = exponent != 0 && exponent != 255;
  x.bits = *is_known && exponent < 254 ? (254 - exponent) << 23 : 127 << 23;
  return x.number;
}

// By the root mean square of numbers `stride` apart, or, where the squares leave the range of numbers, by the largest.
INLINE float balance(float squares, const float *x, ptrdiff_t stride, ptrdiff_t count) {
  int is_known;
  float factor = power_below(__builtin_sqrtf(squares / (float)count), &is_known);
  if (is_known) return factor;
  float largest = 0;
  for (ptrdiff_t k = 0; k < count; k++) largest = __builtin_fmaxf(largest, __builtin_fabsf(x[k * stride]));
  return power_below(largest, &is_known);
}

KERNEL(void, gaze_row_balance, (const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, float *factors),
       (x, ldx, rows, depth, factors)) {
  for (ptrdiff_t r = 0; r < rows; r++, x += ldx) {
    float squares = 0;
    for (ptrdiff_t k = 0; k < depth; k++) squares += x[k] * x[k];
    factors[r] = balance(squares, x, 1, depth);
  }
}

KERNEL(void, gaze_column_balance, (const float *x, ptrdiff_t ldx, ptrdiff_t depth, ptrdiff_t columns, float *factors),
       (x, ldx, depth, columns, factors)) {
  for (ptrdiff_t c = 0; c < columns; c++) factors[c] = 0;
  for (ptrdiff_t k = 0; k < depth; k++)
    for (ptrdiff_t c = 0; c < columns; c++) factors[c] += x[k * ldx + c] * x[k * ldx + c];
  for (ptrdiff_t c = 0; c < columns; c++) factors[c] = balance(factors[c], x + c, ldx, depth);
}

WIDE_KERNEL(void, gaze_tile_balance, (const float *tile, ptrdiff_t depth, float *factors), (tile, depth, factors)) {
  lanes squares = {0}, x;
  for (ptrdiff_t k = 0; k + 1 < depth; k++) {
    x = *(const lanes *)(tile + k * ROWS);
    squares += x * x;
  }
  load_lanes(tile + (depth - 1) * ROWS, ROWS, &x);
  squares += x * x;
  for (int r = 0; r < ROWS; r++) factors[r] = balance(squares[r], tile + r, ROWS, depth);
}

// A depth of a tile is less than a vector: what is loaded beyond it is not stored, for loads must not wait for stores.
WIDE_KERNEL(void, gaze_pair_tile, (float *tile, ptrdiff_t depth, const float *factors, float *sums),
            (tile, depth, factors, sums)) {
  lanes factor, sum;
  load_lanes(factors, ROWS, &factor);
  load_lanes(sums, ROWS, &sum);
  ptrdiff_t k = 0;
  for (; k + GROUP < depth; k += GROUP, tile += GROUP * ROWS) {
    const lanes x = factor * *(const lanes *)tile, y = factor * *(const lanes *)(tile + ROWS);
    const lanes z = factor * *(const lanes *)(tile + 2 * ROWS);
    memcpy(tile, &x, sizeof x), memcpy(tile + ROWS, &y, sizeof y), memcpy(tile + 2 * ROWS, &z, ROWS * sizeof *tile);
    sum += x * y;
  }
  const int pairs = k + GROUP == depth;
  lanes before = {0};
  for (int d = 0; k < depth; k++, d++, tile += ROWS) {
    lanes x;
    load_lanes(tile, ROWS, &x);
    x *= factor;
    store_lanes(tile, &x, ROWS);
    if (d == 1 && pairs) sum += before * x;
    before = x;
  }
  store_lanes(sums, &sum, ROWS);
}

WIDE_KERNEL(void, gaze_pair_panel, (float *panel, ptrdiff_t depth, const float *factors, float *sums),
            (panel, depth, factors, sums)) {
  for (int j = 0; j < COLUMNS; j += LANES) {
    const lanes factor = *(const lanes *)(factors + j);
    lanes sum = *(const lanes *)(sums + j);
    ptrdiff_t k = 0;
    for (; k + GROUP <= depth; k += GROUP) {
      lanes *const x = (lanes *)(panel + k * COLUMNS + j);
      lanes *const y = (lanes *)((float *)x + COLUMNS), *const z = (lanes *)((float *)x + 2 * COLUMNS);
      *x *= factor, *y *= factor, *z *= factor;
      sum += *x * *y;
    }
    for (; k < depth; k++) *(lanes *)(panel + k * COLUMNS + j) *= factor;
    *(lanes *)(sums + j) = sum;
  }
}

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#endif
// `rows` is a constant where this is called.
INLINE void paired_tile(const int rows, const float *x, ptrdiff_t depth, const float *panel, float *c, int continues) {
  lanes sum[ROWS][2];
  UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < 2; j++) {
    if (continues)
      sum[i][j] = *(const lanes *)(c + i * COLUMNS + j * LANES);
    else
      sum[i][j] = (lanes){0};
  }
  ptrdiff_t k = 0;
  for (; k + GROUP <= depth; k += GROUP, x += GROUP * ROWS, panel += GROUP * COLUMNS)
    paired_depths(rows, 1, x, ROWS, panel, sum);
  for (; k < depth; k++, x += ROWS, panel += COLUMNS)
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < 2; j++)
        sum[i][j] += x[i] * *(const lanes *)(panel + j * LANES);
  UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < 2; j++)
      *(lanes *)(c + i * COLUMNS + j * LANES) = sum[i][j];
}

// Panels that are kept come from memory. Processors fetch far ahead of a plain loop, but not of a first tile that
// multiplies between two lines: reading a number of each line first takes 2 to 4 % off a photo of ViT (Zen 5). Instructions
// that fetch, here or among the products, cost more than they bring.
INLINE void read_ahead(const float *panel, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) (void)*(const volatile float *)(panel + i);
}

void gaze_paired_products(const float *a, ptrdiff_t tile_stride, ptrdiff_t rows, ptrdiff_t depth, const float *panel,
                          float *c, int continues) {
  read_ahead(panel, depth * COLUMNS);
  for (; rows > FEW_ROWS; rows -= ROWS, a += tile_stride, c += ROWS * COLUMNS)
    paired_tile(ROWS, a, depth, panel, c, continues);
  if (rows > 0) paired_tile(FEW_ROWS, a, depth, panel, c, continues);
}
#if defined(__x86_64__)
#pragma clang attribute pop
#endif
