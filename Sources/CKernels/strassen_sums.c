#include "include/kernels.h"
#include "strassen_layout.h"

enum { CHUNK = 48 };  // depths that are turned at once: whole groups, whole blocks of gaze_transpose

ptrdiff_t gaze_strassen_tiles(int paired, ptrdiff_t rows) { return tiles_of(paired, rows); }
ptrdiff_t gaze_strassen_count_a(int paired, ptrdiff_t rows, ptrdiff_t depth) {
  const ptrdiff_t tiles = tiles_of(paired, rows);
  return undo_a_size(tiles) + PRODUCTS * tiles * tile_size(half_depth(depth));
}
ptrdiff_t gaze_strassen_count_b(ptrdiff_t depth, ptrdiff_t pairs) {
  return undo_b_size(pairs) + PRODUCTS * pairs * panel_size(half_depth(depth));
}

static ptrdiff_t within(ptrdiff_t n, ptrdiff_t limit) { return n < 0 ? 0 : n < limit ? n : limit; }

// Macros, because vectors cannot be passed between functions for different processors.
#define PUT(Y, V) (*(lanes *)(Y) = (V))
#define GET(X) (*(const lanes *)(X))

// --- Scales ----------------------------------------------------------------------------------------------------
// A number of A plus one of B loses digits of the smaller. So rows of A and columns of B are first brought to below 2,
// by powers of two, which are exact (Brent, "Error analysis of algorithms for matrix multiplication and triangular
// decomposition using Winograd's identity", 1970).

typedef int32_t bits __attribute__((vector_size(64), aligned(4)));

// The bits of magnitudes are ordered as the magnitudes are.
#define LARGER(MOST, X) __builtin_elementwise_max((MOST), (bits)(X) & 0x7fffffff)

// The power of two by which numbers are multiplied again, from their largest: its exponent, within 2^±100, so that
// neither it nor its inverse ends; 0 where all are zeros, so that products are too.
INLINE void put_undo(float *undo, const bits *most) {
  enum { EXPONENT = 0x7f800000, LEAST = (127 - 100) << 23, MOST = (127 + 100) << 23 };
  const bits least = (bits){0} + LEAST, limit = (bits){0} + MOST;
  const bits exponent = __builtin_elementwise_min(__builtin_elementwise_max(*most & EXPONENT, least), limit);
  PUT(undo, (lanes)(exponent & (*most > 0)));
}
// 1 / undo, of powers of two; 2^127 for 0.
#define SCALE(UNDO) ((lanes)((254 << 23) - (bits)GET(UNDO)))

// --- A ---------------------------------------------------------------------------------------------------------
// The products, in this order, of
//   (A11 + A22)(B11 + B22), (A21 + A22) B11, A11 (B12 − B22), A22 (B21 − B11), (A11 + A12) B22,
//   (A21 − A11)(B11 + B12), (A12 − A22)(B21 + B22).

// What undoes the scales of up to 16 rows over the depth.
INLINE void scale_a(const int transposed, const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, float *undo) {
  bits most = {0};
  if (transposed) {
    for (ptrdiff_t k = 0; k < depth; k++) {
      lanes v;
      load_lanes(a + k * lda, rows, &v);
      most = LARGER(most, v);
    }
  } else {
    int32_t each[TILE_ROW] = {0};
    for (ptrdiff_t i = 0; i < rows; i++) {
      bits row = {0};
      for (ptrdiff_t k = 0; k < depth; k += LANES) {
        lanes v;
        load_lanes(a + i * lda + k, depth - k, &v);
        row = LARGER(row, v);
      }
      each[i] = __builtin_reduce_max(row);
    }
    memcpy(&most, each, sizeof most);
  }
  put_undo(undo, &most);
}

typedef float tile_chunk[2][2][CHUNK][TILE_ROW];  // quarters of a tile's rows and columns: [lower][right]

// Sums of some depths of a tile, of `depths` the first two paired if there is a whole group.
INLINE void add_up_a(const int paired, const int depths, tile_chunk quarters, ptrdiff_t k, const float *undo,
                     float *sums, ptrdiff_t stride, lanes products[PRODUCTS]) {
  lanes before[PRODUCTS];
  for (int d = 0; d < depths; d++) {
    lanes a11 = GET(quarters[0][0][k + d]), a12 = GET(quarters[0][1][k + d]);
    lanes a21 = GET(quarters[1][0][k + d]), a22 = GET(quarters[1][1][k + d]);
    if (paired) {
      const lanes upper = SCALE(undo), lower = SCALE(undo + TILE_ROW);
      a11 *= upper, a12 *= upper, a21 *= lower, a22 *= lower;
    }
    const lanes sum[PRODUCTS] = {a11 + a22, a21 + a22, a11, a22, a11 + a12, a21 - a11, a12 - a22};
#pragma clang loop unroll(full)
    for (int p = 0; p < PRODUCTS; p++) {
      PUT(sums + p * stride + d * TILE_ROW, sum[p]);
      if (paired && depths == GROUP && d == 1) products[p] -= before[p] * sum[p];
      before[p] = sum[p];
    }
  }
}

// `transposed` and `paired` are constants where this is called.
INLINE void pack_a(const int transposed, const int paired, const float *a, ptrdiff_t lda, ptrdiff_t rows,
                   ptrdiff_t depth, ptrdiff_t first, ptrdiff_t last, float *packed) {
  const ptrdiff_t tiles = tiles_of(paired, rows), middle = half_depth(depth), size = tile_size(middle);
  tile_chunk quarters;
  memset(quarters, 0, sizeof quarters);
  for (ptrdiff_t t = first; t < last; t++) {
    const ptrdiff_t start = tile_start(t, tiles, rows), end = tile_start(t + 1, tiles, rows);
    float *const undo = packed + undo_a_size(t), *const head = packed + undo_a_size(tiles) + t * size;
    // Whole blocks are turned fastest; nobody reads the rows between the tile's and 16.
    const ptrdiff_t heights[2] = {within(rows - start, TILE_ROW), within(rows - start - half(rows), TILE_ROW)};
    if (paired)
      for (int lower = 0; lower < 2; lower++) {
        const ptrdiff_t row = start + lower * half(rows);
        scale_a(transposed, a + row * (transposed ? 1 : lda), lda, heights[lower], depth, undo + lower * TILE_ROW);
      }
    lanes products[PRODUCTS];
    for (int p = 0; p < PRODUCTS; p++) products[p] = (lanes){0};
    for (ptrdiff_t k = 0; k < middle; k += CHUNK) {
      const ptrdiff_t count = middle - k < CHUNK ? middle - k : CHUNK;
      for (int lower = 0; lower < 2; lower++)
        for (int right = 0; right < 2; right++) {
          const ptrdiff_t row = start + lower * half(rows), column = k + right * middle;
          const ptrdiff_t width = within(depth - column, count);
          float(*quarter)[TILE_ROW] = quarters[lower][right];
          // What a quarter lacks of the tile: the row that the lower half is short of, the last depth of the right one.
          if (heights[lower] < end - start || width < count) memset(quarter, 0, sizeof quarters[0][0]);
          if (transposed)
            for (ptrdiff_t i = 0; i < width; i++) {
              lanes v;
              load_lanes(a + (column + i) * lda + row, heights[lower], &v);
              PUT(quarter[i], v);
            }
          else
            gaze_transpose(a + row * lda + column, lda, heights[lower], width, quarter[0], TILE_ROW);
        }
      float *sums = head + (1 + k) * TILE_ROW;
      ptrdiff_t i = 0;
      for (; paired && i + GROUP <= count; i += GROUP)
        add_up_a(paired, GROUP, quarters, i, undo, sums + i * TILE_ROW, tiles * size, products);
      for (; i < count; i++) add_up_a(paired, 1, quarters, i, undo, sums + i * TILE_ROW, tiles * size, products);
    }
    if (paired)
      for (int p = 0; p < PRODUCTS; p++) PUT(head + p * tiles * size, products[p]);
  }
}

WIDE_KERNEL(void, gaze_strassen_pack_a, (int paired, const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth,
            ptrdiff_t first, ptrdiff_t last, float *packed), (paired, a, lda, rows, depth, first, last, packed)) {
  if (paired)
    pack_a(0, 1, a, lda, rows, depth, first, last, packed);
  else
    pack_a(0, 0, a, lda, rows, depth, first, last, packed);
}
WIDE_KERNEL(void, gaze_strassen_pack_a_transposed, (int paired, const float *a, ptrdiff_t lda, ptrdiff_t rows,
            ptrdiff_t depth, ptrdiff_t first, ptrdiff_t last, float *packed),
            (paired, a, lda, rows, depth, first, last, packed)) {
  if (paired)
    pack_a(1, 1, a, lda, rows, depth, first, last, packed);
  else
    pack_a(1, 0, a, lda, rows, depth, first, last, packed);
}

// --- B ---------------------------------------------------------------------------------------------------------

// Sums of some depths of a pair of panels, `ldb` apart, of which the first `both` are there in the lower half too, of
// `depths` the first two paired if there is a whole group. The sums of columns are added to `totals`, unless it is NULL.
INLINE void add_up_b(const int paired, const int depths, const float *upper, const float *lower, ptrdiff_t ldb,
                     ptrdiff_t both, const float *undo, float *head, float *sums, ptrdiff_t stride, float *totals) {
  for (int j = 0; j < PANEL; j += LANES) {
    lanes before[PRODUCTS];
    for (int d = 0; d < depths; d++) {
      lanes b11 = GET(upper + d * ldb + j), b12 = GET(upper + d * ldb + PANEL + j), b21 = {0}, b22 = {0};
      if (d < both) b21 = GET(lower + d * ldb + j), b22 = GET(lower + d * ldb + PANEL + j);
      if (totals) *(lanes *)(totals + j) += b11 + b21, *(lanes *)(totals + PANEL + j) += b12 + b22;
      if (paired) {
        const lanes left = SCALE(undo + j), right = SCALE(undo + PANEL + j);
        b11 *= left, b12 *= right, b21 *= left, b22 *= right;
      }
      const lanes sum[PRODUCTS] = {b11 + b22, b11, b12 - b22, b21 - b11, b22, b11 + b12, b21 + b22};
#pragma clang loop unroll(full)
      for (int p = 0; p < PRODUCTS; p++) {
        PUT(sums + p * stride + d * PANEL + j, sum[p]);
        if (paired && depths == GROUP && d == 1) *(lanes *)(head + p * stride + j) -= before[p] * sum[p];
        before[p] = sum[p];
      }
    }
  }
}

// The products of paired numbers start from zero.
INLINE void clear_heads(float *head, ptrdiff_t stride) {
  for (int p = 0; p < PRODUCTS; p++) memset(head + p * stride, 0, PANEL * sizeof(float));
}

// A group of depths of all pairs after the other: rows lie far apart, so each is read in one stretch.
INLINE void pack_b(const int paired, const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t pairs, ptrdiff_t first,
                   ptrdiff_t last, float *packed, float *totals) {
  const ptrdiff_t middle = half_depth(depth), size = panel_size(middle), stride = pairs * size;
  float *const heads = packed + undo_b_size(pairs);
  if (paired) {
    memset(packed + undo_b_size(first), 0, (size_t)undo_b_size(last - first) * sizeof(float));
    for (ptrdiff_t k = 0; k < depth; k++)
      for (ptrdiff_t j = undo_b_size(first); j < undo_b_size(last); j += LANES)
        PUT(packed + j, (lanes)LARGER((bits)GET(packed + j), GET(b + k * ldb + j)));
    for (ptrdiff_t j = undo_b_size(first); j < undo_b_size(last); j += LANES) {
      const bits most = (bits)GET(packed + j);
      put_undo(packed + j, &most);
    }
    for (ptrdiff_t p = first; p < last; p++) clear_heads(heads + p * size, stride);
  }
  ptrdiff_t k = 0;
#define DEPTHS(COUNT)                                                                                                  \
  for (; k + COUNT <= middle; k += COUNT)                                                                              \
    for (ptrdiff_t p = first; p < last; p++) {                                                                         \
      const float *const upper = b + k * ldb + p * PAIR;                                                               \
      add_up_b(paired, COUNT, upper, upper + middle * ldb, ldb, depth - middle - k, packed + p * PAIR,                 \
               heads + p * size, heads + p * size + (1 + k) * PANEL, stride, totals ? totals + p * PAIR : NULL);       \
    }
  if (paired) DEPTHS(GROUP)
  DEPTHS(1)
#undef DEPTHS
}

WIDE_KERNEL(void, gaze_strassen_pack_b, (int paired, const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t pairs,
            ptrdiff_t first, ptrdiff_t last, float *packed, float *totals),
            (paired, b, ldb, depth, pairs, first, last, packed, totals)) {
  if (paired)
    pack_b(1, b, ldb, depth, pairs, first, last, packed, totals);
  else
    pack_b(0, b, ldb, depth, pairs, first, last, packed, totals);
}

INLINE void pack_b_transposed(const int paired, const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t pairs,
                              ptrdiff_t first, ptrdiff_t last, float *packed) {
  const ptrdiff_t middle = half_depth(depth), size = panel_size(middle), stride = pairs * size;
  float turned[2][CHUNK * PAIR];
  for (ptrdiff_t p = first; p < last; p++) {
    float *const undo = packed + undo_b_size(p), *const head = packed + undo_b_size(pairs) + p * size;
    if (paired) {
      for (ptrdiff_t j = 0; j < PAIR; j += LANES)
        scale_a(0, b + (p * PAIR + j) * ldb, ldb, LANES, depth, undo + j);
      clear_heads(head, stride);
    }
    for (ptrdiff_t k = 0; k < middle; k += CHUNK) {
      const float *at = b + p * PAIR * ldb + k;
      const ptrdiff_t count = within(middle - k, CHUNK), both = within(depth - middle - k, count);
      gaze_transpose(at, ldb, PAIR, count, turned[0], PAIR);
      gaze_transpose(at + middle, ldb, PAIR, both, turned[1], PAIR);
      float *const sums = head + (1 + k) * PANEL;
      ptrdiff_t i = 0;
#define DEPTHS(COUNT)                                                                                                  \
  for (; i + COUNT <= count; i += COUNT)                                                                               \
    add_up_b(paired, COUNT, turned[0] + i * PAIR, turned[1] + i * PAIR, PAIR, both - i, undo, head, sums + i * PANEL,  \
             stride, NULL);
      if (paired) DEPTHS(GROUP)
      DEPTHS(1)
#undef DEPTHS
    }
  }
}

WIDE_KERNEL(void, gaze_strassen_pack_b_transposed, (int paired, const float *b, ptrdiff_t ldb, ptrdiff_t depth,
            ptrdiff_t pairs, ptrdiff_t first, ptrdiff_t last, float *packed),
            (paired, b, ldb, depth, pairs, first, last, packed)) {
  if (paired)
    pack_b_transposed(1, b, ldb, depth, pairs, first, last, packed);
  else
    pack_b_transposed(0, b, ldb, depth, pairs, first, last, packed);
}
