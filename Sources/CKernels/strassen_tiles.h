#pragma once
// Strassen's products from packed sums, for the file that includes this: PAIRED is 1 or 0, and `in_registers`, a constant
// too, says which way of pairing (paired_sums.h).
#include "paired_sums.h"
#include "strassen_layout.h"

enum mode { NOTHING, SET, ADD, SUBTRACT };
// A quarter of C that a product is part of, at the tile's first row.
typedef struct {
  float *c;
  ptrdiff_t rows;  // real ones: the lower half may be a row short
  enum mode mode;
  const float *bias;
  int relu;
  const float *undo_rows, *undo_columns;  // of paired sums: what undoes the scales, a tile's 16 and a panel's 32
} quarter;

// rows and mode are constants where this is called.
INLINE void deposit(const int rows, const enum mode mode, lanes sum[][2], quarter q, ptrdiff_t ldc) {
  lanes bias[2] = {{0}, {0}}, undo[2] = {{0}, {0}};
  if (mode == SET && q.bias) bias[0] = *(const lanes *)q.bias, bias[1] = *(const lanes *)(q.bias + LANES);
  if (PAIRED) undo[0] = *(const lanes *)q.undo_columns, undo[1] = *(const lanes *)(q.undo_columns + LANES);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    if (i >= q.rows) continue;
#pragma clang loop unroll(full)
    for (int j = 0; j < 2; j++) {
      lanes *c = (lanes *)(q.c + i * ldc + j * LANES);
      const lanes x = PAIRED ? sum[i][j] * q.undo_rows[i] * undo[j] : sum[i][j];
      lanes y = mode == SET ? x + bias[j] : mode == ADD ? *c + x : *c - x;
      if (q.relu) {
        typedef int32_t mask __attribute__((vector_size(64), aligned(4)));
        y = (lanes)((mask)y & (mask)(y > (lanes){0}));
      }
      *c = y;
    }
  }
}

INLINE void deposit_as(const int rows, lanes sum[][2], quarter q, ptrdiff_t ldc) {
  switch (q.mode) {
    case NOTHING: break;
    case SET: deposit(rows, SET, sum, q, ldc); break;
    case ADD: deposit(rows, ADD, sum, q, ldc); break;
    case SUBTRACT: deposit(rows, SUBTRACT, sum, q, ldc); break;
  }
}

// What comes next is fetched during each depth: the rest of the tile and what lies `ahead`.
INLINE void fetch(const int depths, const float *a, const float *ahead) {
  enum { SOON = 64 };
#pragma clang loop unroll(full)
  for (int k = 0; k < depths; k++) {
    __builtin_prefetch(a + (k + SOON) * TILE_ROW, 0, 3);
    __builtin_prefetch(ahead + k * LANES, 0, 3);
  }
}

// Some depths of a few rows of A times a panel.
INLINE void plain_depths(const int rows, const int depths, const float *a, const float *panel, lanes sum[][2]) {
#pragma clang loop unroll(full)
  for (int k = 0; k < depths; k++) {
    const lanes b0 = *(const lanes *)(panel + k * PANEL), b1 = *(const lanes *)(panel + k * PANEL + LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      const lanes x = (lanes){0} + a[k * TILE_ROW + i];
      sum[i][0] += x * b0;
      sum[i][1] += x * b1;
    }
  }
}

// A few rows of a sum of A times one panel over a depth; rows is a constant where this is called. Meanwhile C, which
// comes from furthest, is fetched too, a line now and then: many at once would hold up the others.
INLINE void tile(const int rows, const int in_registers, const float *a, ptrdiff_t depth, const float *panel,
                 quarter first, quarter second, ptrdiff_t ldc, const float *ahead) {
  const int step = PAIRED ? GROUP : 2;
  lanes sum[TILE][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < 2; j++) sum[i][j] = PAIRED ? *(const lanes *)(panel + j * LANES) + a[i] : (lanes){0};
  a += TILE_ROW, panel += PANEL;
  const float *const end = a + depth * TILE_ROW, *const whole = a + depth / step * step * TILE_ROW;
  const ptrdiff_t apart = depth / (2 * step * rows) * step * TILE_ROW;
  const float *c = first.c, *until = a;
  for (int line = 0; line <= 2 * rows; line++) {
    if (line == rows) c = second.c;
    if (line < 2 * rows) {
      __builtin_prefetch(c, 0, 3);
      __builtin_prefetch(c + LANES, 0, 3);
      c += ldc, until += apart;
    } else {
      until = whole;
    }
    for (; a < until; a += step * TILE_ROW, panel += step * PANEL, ahead += step * LANES) {
      fetch(step, a, ahead);
#if PAIRED
      paired_depths(rows, in_registers, a, TILE_ROW, panel, sum);
#else
      plain_depths(rows, step, a, panel, sum);
#endif
    }
  }
  for (; a < end; a += TILE_ROW, panel += PANEL) plain_depths(rows, 1, a, panel, sum);
  deposit_as(rows, sum, first, ldc);
  deposit_as(rows, sum, second, ldc);
}

// All tiles of a sum of A against one panel; meanwhile the next panel, which lies behind this one, is fetched.
INLINE void panel_product(const int in_registers, const float *a, ptrdiff_t rows, ptrdiff_t depth,
                          const float *panel, quarter first, quarter second, ptrdiff_t ldc) {
  const ptrdiff_t tiles = tiles_of(PAIRED, rows);
  const float *ahead = panel + panel_size(depth), *const end = ahead + depth * PANEL;
  for (ptrdiff_t t = 0; t < tiles; t++, a += tile_size(depth)) {
    const ptrdiff_t count = tile_start(t + 1, tiles, rows) - tile_start(t, tiles, rows);
    switch (count) {
#define CASE(R) \
  case R: tile(R, in_registers, a, depth, panel, first, second, ldc, ahead); break;
      CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11)
#if !PAIRED
      CASE(12) CASE(13) CASE(14)
#endif
#undef CASE
    }
    first.c += count * ldc, first.rows -= count, first.undo_rows += 2 * TILE_ROW;
    second.c += count * ldc, second.rows -= count, second.undo_rows += 2 * TILE_ROW;
    ahead = ahead + depth * LANES < end ? ahead + depth * LANES : panel;
  }
}

INLINE void product(const int in_registers, const float *a, const float *b, ptrdiff_t rows, ptrdiff_t depth,
                    ptrdiff_t pairs, gaze_strassen_result r) {
  const ptrdiff_t tiles = tiles_of(PAIRED, rows), middle = half_depth(depth), ldc = r.stride;
  const ptrdiff_t upper = half(rows), lower = rows - upper;
  const float *const undo_upper = a, *const undo_lower = a + TILE_ROW, *const undo_columns = b;
  a += undo_a_size(tiles), b += undo_b_size(pairs);
  for (int product = 0; product < PRODUCTS; product++, a += tiles * tile_size(middle))
    for (ptrdiff_t p = 0; p < pairs; p++, b += panel_size(middle)) {
      float *const c11 = r.c + p * PAIR, *const c12 = c11 + PANEL;
      float *const c21 = c11 + upper * ldc, *const c22 = c21 + PANEL;
      const float *const left = r.bias ? r.bias + p * PAIR : NULL, *const right = left ? left + PANEL : NULL;
      const float *const undo_left = undo_columns + p * PAIR, *const undo_right = undo_left + PANEL;
      const enum mode set = r.adds ? ADD : SET;
#define C11(MODE, BIAS, RELU) ((quarter){c11, upper, MODE, BIAS, RELU, undo_upper, undo_left})
#define C12(MODE, BIAS, RELU) ((quarter){c12, upper, MODE, BIAS, RELU, undo_upper, undo_right})
#define C21(MODE, BIAS, RELU) ((quarter){c21, lower, MODE, BIAS, RELU, undo_lower, undo_left})
#define C22(MODE, BIAS, RELU) ((quarter){c22, lower, MODE, BIAS, RELU, undo_lower, undo_right})
      quarter first, second = C11(NOTHING, NULL, 0);
      switch (product) {
        case 0: first = C11(set, left, 0), second = C22(set, right, 0); break;
        case 1: first = C21(set, left, 0), second = C22(SUBTRACT, NULL, 0); break;
        case 2: first = C12(set, right, 0), second = C22(ADD, NULL, 0); break;
        case 3: first = C11(ADD, NULL, 0), second = C21(ADD, NULL, r.relu); break;
        case 4: first = C11(SUBTRACT, NULL, 0), second = C12(ADD, NULL, r.relu); break;
        case 5: first = C22(ADD, NULL, r.relu); break;
        default: first = C11(ADD, NULL, r.relu); break;
      }
      panel_product(in_registers, a, rows, middle, b, first, second, ldc);
    }
}
