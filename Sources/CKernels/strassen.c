#include "include/strassen.h"
#include "include/kernels.h"
#include "lanes.h"

enum {
  PRODUCTS = GAZE_STRASSEN_PRODUCTS,
  PAIR = GAZE_STRASSEN_PAIR,
  PANEL = PAIR / 2,
  LANES = CHANNELS,
  TILE = 14,      // rows of a tile: 14 by 32 sums load least for each multiplication of those that fit 32 registers
  TILE_ROW = 16,  // floats from one depth of a tile of A to the next
  CHUNK = 32,     // depths that are turned at once
};

static ptrdiff_t half(ptrdiff_t n) { return (n + 1) / 2; }
static ptrdiff_t within(ptrdiff_t n, ptrdiff_t limit) { return n < 0 ? 0 : n < limit ? n : limit; }
// The depth's halves are even, for tiles to take two at a time.
static ptrdiff_t half_depth(ptrdiff_t depth) { return (depth + 3) / 4 * 2; }
ptrdiff_t gaze_strassen_tiles(ptrdiff_t rows) { return (half(rows) + TILE - 1) / TILE; }
ptrdiff_t gaze_strassen_count_a(ptrdiff_t rows, ptrdiff_t depth) {
  return PRODUCTS * gaze_strassen_tiles(rows) * half_depth(depth) * TILE_ROW;
}
ptrdiff_t gaze_strassen_count_b(ptrdiff_t depth, ptrdiff_t pairs) { return PRODUCTS * pairs * half_depth(depth) * PANEL; }
// The first row of a tile, of all tiles of about one size: one of few rows waits for its own sums.
static ptrdiff_t tile_start(ptrdiff_t tile, ptrdiff_t rows) { return tile * half(rows) / gaze_strassen_tiles(rows); }

// --- Sums ------------------------------------------------------------------------------------------------------
// The products, in this order, of
//   (A11 + A22)(B11 + B22), (A21 + A22) B11, A11 (B12 − B22), A22 (B21 − B11), (A11 + A12) B22,
//   (A21 − A11)(B11 + B12), (A12 − A22)(B21 + B22).

// A macro, because vectors cannot be passed between functions for different processors.
#define PUT(Y, V) (*(lanes *)(Y) = (V))

typedef float tile_chunk[2][2][CHUNK][TILE_ROW];  // quarters of a tile's rows and columns: [lower][right]

INLINE void add_up_a(tile_chunk quarters, ptrdiff_t depth, float *sums, ptrdiff_t stride) {
  for (ptrdiff_t k = 0; k < depth; k++, sums += TILE_ROW) {
    const lanes a11 = *(lanes *)quarters[0][0][k], a12 = *(lanes *)quarters[0][1][k];
    const lanes a21 = *(lanes *)quarters[1][0][k], a22 = *(lanes *)quarters[1][1][k];
    PUT(sums, a11 + a22);
    PUT(sums + stride, a21 + a22);
    PUT(sums + 2 * stride, a11);
    PUT(sums + 3 * stride, a22);
    PUT(sums + 4 * stride, a11 + a12);
    PUT(sums + 5 * stride, a21 - a11);
    PUT(sums + 6 * stride, a12 - a22);
  }
}

// `transposed` is a constant where this is called.
INLINE void pack_a(const int transposed, const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth,
                   ptrdiff_t first, ptrdiff_t last, float *sums) {
  const ptrdiff_t tiles = gaze_strassen_tiles(rows), middle = half_depth(depth), stride = tiles * middle * TILE_ROW;
  tile_chunk quarters;
  memset(quarters, 0, sizeof quarters);
  for (ptrdiff_t t = first; t < last; t++) {
    const ptrdiff_t start = tile_start(t, rows), end = tile_start(t + 1, rows);
    for (ptrdiff_t k = 0; k < middle; k += CHUNK) {
      const ptrdiff_t count = middle - k < CHUNK ? middle - k : CHUNK;
      for (int lower = 0; lower < 2; lower++)
        for (int right = 0; right < 2; right++) {
          const ptrdiff_t row = start + lower * half(rows), column = k + right * middle;
          // Whole blocks are turned fastest; nobody reads the rows between the tile's and 16.
          const ptrdiff_t height = within(rows - row, TILE_ROW);
          const ptrdiff_t width = within(depth - column, count);
          float(*quarter)[TILE_ROW] = quarters[lower][right];
          // What a quarter lacks of the tile: the row that the lower half is short of, the last depth of the right one.
          if (height < end - start || width < count) memset(quarter, 0, sizeof quarters[0][0]);
          if (transposed)
            for (ptrdiff_t i = 0; i < width; i++) {
              lanes v;
              load_lanes(a + (column + i) * lda + row, height, &v);
              *(lanes *)quarter[i] = v;
            }
          else
            gaze_transpose(a + row * lda + column, lda, height, width, quarter[0], TILE_ROW);
        }
      add_up_a(quarters, count, sums + (t * middle + k) * TILE_ROW, stride);
    }
  }
}

WIDE_KERNEL void gaze_strassen_pack_a(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, ptrdiff_t first,
                                      ptrdiff_t last, float *sums) {
  pack_a(0, a, lda, rows, depth, first, last, sums);
}
WIDE_KERNEL void gaze_strassen_pack_a_transposed(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth,
                                                 ptrdiff_t first, ptrdiff_t last, float *sums) {
  pack_a(1, a, lda, rows, depth, first, last, sums);
}

// The sums of one depth of a pair of panels, which are added to the `totals` of its columns; `lower` is NULL for zeros,
// `totals` where nobody wants them.
INLINE void add_up_b(const float *upper, const float *lower, float *sums, ptrdiff_t stride, float *totals) {
  for (int j = 0; j < PANEL; j += LANES) {
    const lanes b11 = *(const lanes *)(upper + j), b12 = *(const lanes *)(upper + PANEL + j);
    const lanes b21 = lower ? *(const lanes *)(lower + j) : (lanes){0};
    const lanes b22 = lower ? *(const lanes *)(lower + PANEL + j) : (lanes){0};
    float *y = sums + j;
    PUT(y, b11 + b22);
    PUT(y + stride, b11);
    PUT(y + 2 * stride, b12 - b22);
    PUT(y + 3 * stride, b21 - b11);
    PUT(y + 4 * stride, b22);
    PUT(y + 5 * stride, b11 + b12);
    PUT(y + 6 * stride, b21 + b22);
    if (totals) *(lanes *)(totals + j) += b11 + b21, *(lanes *)(totals + PANEL + j) += b12 + b22;
  }
}

// A depth of all pairs after the other: rows lie far apart, so each is read in one stretch.
WIDE_KERNEL void gaze_strassen_pack_b(const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t pairs, ptrdiff_t first,
                                      ptrdiff_t last, float *sums, float *totals) {
  const ptrdiff_t middle = half_depth(depth), stride = pairs * middle * PANEL;
  for (ptrdiff_t k = 0; k < middle; k++)
    for (ptrdiff_t p = first; p < last; p++) {
      const float *upper = b + k * ldb + p * PAIR;
      add_up_b(upper, middle + k < depth ? upper + middle * ldb : NULL, sums + (p * middle + k) * PANEL, stride,
               totals ? totals + p * PAIR : NULL);
    }
}

WIDE_KERNEL void gaze_strassen_pack_b_transposed(const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t pairs,
                                                 ptrdiff_t first, ptrdiff_t last, float *sums) {
  const ptrdiff_t middle = half_depth(depth), stride = pairs * middle * PANEL;
  float turned[2][CHUNK * PAIR];
  for (ptrdiff_t p = first; p < last; p++)
    for (ptrdiff_t k = 0; k < middle; k += CHUNK) {
      const float *at = b + p * PAIR * ldb + k;
      const ptrdiff_t count = within(middle - k, CHUNK), both = within(depth - middle - k, count);
      gaze_transpose(at, ldb, PAIR, count, turned[0], PAIR);
      gaze_transpose(at + middle, ldb, PAIR, both, turned[1], PAIR);
      for (ptrdiff_t i = 0; i < count; i++)
        add_up_b(turned[0] + i * PAIR, i < both ? turned[1] + i * PAIR : NULL, sums + (p * middle + k + i) * PANEL,
                 stride, NULL);
    }
}

// --- Products --------------------------------------------------------------------------------------------------
enum mode { NOTHING, SET, ADD, SUBTRACT };
// A quarter of C that a product is part of, at the tile's first row.
typedef struct {
  float *c;
  ptrdiff_t rows;  // real ones: the lower half may be a row short
  enum mode mode;
  const float *bias;
  int relu;
} quarter;

// rows and mode are constants where this is called.
INLINE void deposit(const int rows, const enum mode mode, lanes sum[TILE][2], quarter q, ptrdiff_t ldc) {
  lanes bias[2] = {{0}, {0}};
  if (mode == SET && q.bias) bias[0] = *(const lanes *)q.bias, bias[1] = *(const lanes *)(q.bias + LANES);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    if (i >= q.rows) continue;
#pragma clang loop unroll(full)
    for (int j = 0; j < 2; j++) {
      lanes *c = (lanes *)(q.c + i * ldc + j * LANES);
      lanes y = mode == SET ? sum[i][j] + bias[j] : mode == ADD ? *c + sum[i][j] : *c - sum[i][j];
      if (q.relu) {
        typedef int32_t mask __attribute__((vector_size(64), aligned(4)));
        y = (lanes)((mask)y & (mask)(y > (lanes){0}));
      }
      *c = y;
    }
  }
}

INLINE void deposit_as(const int rows, lanes sum[TILE][2], quarter q, ptrdiff_t ldc) {
  switch (q.mode) {
    case NOTHING: break;
    case SET: deposit(rows, SET, sum, q, ldc); break;
    case ADD: deposit(rows, ADD, sum, q, ldc); break;
    case SUBTRACT: deposit(rows, SUBTRACT, sum, q, ldc); break;
  }
}

// Two depths of a few rows of A times a panel.
INLINE void two_depths(const int rows, const float *a, const float *panel, const float *ahead, lanes sum[TILE][2]) {
  enum { SOON = 64 };
#pragma clang loop unroll(full)
  for (int k = 0; k < 2; k++) {
    __builtin_prefetch(a + (k + SOON) * TILE_ROW, 0, 3);
    __builtin_prefetch(ahead + k * LANES, 0, 3);
    const lanes b0 = *(const lanes *)(panel + k * PANEL), b1 = *(const lanes *)(panel + k * PANEL + LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      const lanes x = (lanes){0} + a[k * TILE_ROW + i];
      sum[i][0] += x * b0;
      sum[i][1] += x * b1;
    }
  }
}

// A few rows of a sum of A times one panel over an even depth; rows is a constant where this is called. Meanwhile what
// comes next is fetched: the rest of the tile, what lies `ahead`, and C, which comes from furthest, a line now and then:
// many at once would hold up the others.
INLINE void tile(const int rows, const float *a, ptrdiff_t depth, const float *panel, quarter first, quarter second,
                 ptrdiff_t ldc, const float *ahead) {
  lanes sum[TILE][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = (lanes){0};
  const float *const end = a + depth * TILE_ROW;
  const ptrdiff_t apart = depth / (4 * rows) * 2 * TILE_ROW;
  const float *c = first.c;
  for (int line = 0; line < 2 * rows; line++) {
    if (line == rows) c = second.c;
    __builtin_prefetch(c, 0, 3);
    __builtin_prefetch(c + LANES, 0, 3);
    c += ldc;
    for (const float *const until = a + apart; a < until; a += 2 * TILE_ROW, panel += 2 * PANEL, ahead += 2 * LANES)
      two_depths(rows, a, panel, ahead, sum);
  }
  for (; a < end; a += 2 * TILE_ROW, panel += 2 * PANEL, ahead += 2 * LANES) two_depths(rows, a, panel, ahead, sum);
  deposit_as(rows, sum, first, ldc);
  deposit_as(rows, sum, second, ldc);
}

// All tiles of a sum of A against one panel; meanwhile the next panel, which lies behind this one, is fetched.
INLINE void panel_product(const float *a, ptrdiff_t rows, ptrdiff_t depth, const float *panel, quarter first,
                          quarter second, ptrdiff_t ldc) {
  const ptrdiff_t tiles = gaze_strassen_tiles(rows);
  const float *ahead = panel + depth * PANEL, *const end = ahead + depth * PANEL;
  for (ptrdiff_t t = 0; t < tiles; t++, a += depth * TILE_ROW) {
    const ptrdiff_t count = tile_start(t + 1, rows) - tile_start(t, rows);
    switch (count) {
#define CASE(R) \
  case R: tile(R, a, depth, panel, first, second, ldc, ahead); break;
      CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7)
      CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14)
#undef CASE
    }
    first.c += count * ldc, first.rows -= count;
    second.c += count * ldc, second.rows -= count;
    ahead = ahead + depth * LANES < end ? ahead + depth * LANES : panel;
  }
}

WIDE_KERNEL void gaze_strassen_product(const float *a_sums, const float *b_sums, ptrdiff_t rows, ptrdiff_t depth,
                                       ptrdiff_t pairs, gaze_strassen_result r) {
  const ptrdiff_t upper = half(rows), lower = rows - upper, middle = half_depth(depth), ldc = r.stride;
  const ptrdiff_t a_stride = gaze_strassen_tiles(rows) * middle * TILE_ROW;
  for (int product = 0; product < PRODUCTS; product++, a_sums += a_stride)
    for (ptrdiff_t p = 0; p < pairs; p++, b_sums += middle * PANEL) {
      float *const c11 = r.c + p * PAIR, *const c12 = c11 + PANEL;
      float *const c21 = c11 + upper * ldc, *const c22 = c21 + PANEL;
      const float *const left = r.bias ? r.bias + p * PAIR : NULL, *const right = left ? left + PANEL : NULL;
      const enum mode set = r.adds ? ADD : SET;
      quarter first, second = {c11, 0, NOTHING, NULL, 0};
      switch (product) {
        case 0:
          first = (quarter){c11, upper, set, left, 0};
          second = (quarter){c22, lower, set, right, 0};
          break;
        case 1:
          first = (quarter){c21, lower, set, left, 0};
          second = (quarter){c22, lower, SUBTRACT, NULL, 0};
          break;
        case 2:
          first = (quarter){c12, upper, set, right, 0};
          second = (quarter){c22, lower, ADD, NULL, 0};
          break;
        case 3:
          first = (quarter){c11, upper, ADD, NULL, 0};
          second = (quarter){c21, lower, ADD, NULL, r.relu};
          break;
        case 4:
          first = (quarter){c11, upper, SUBTRACT, NULL, 0};
          second = (quarter){c12, upper, ADD, NULL, r.relu};
          break;
        case 5: first = (quarter){c22, lower, ADD, NULL, r.relu}; break;
        default: first = (quarter){c11, upper, ADD, NULL, r.relu}; break;
      }
      panel_product(a_sums, rows, middle, b_sums, first, second, ldc);
    }
}
