#include "include/tiles.h"
#include "dispatch.h"
#include "exponentials.h"
#include "include/kernels.h"
#include "include/transformer.h"
#include <string.h>

// Sixteen floats of any alignment: an AVX-512 register, or two of AVX2.
typedef float vector __attribute__((vector_size(64), aligned(4)));
enum { LANES = 16, LINE = 64 };

// As many sums as there are registers for beside a row of the panel and a number of the tile, of 16: 6·2. Of 32: 11·2,
// with what is paired (paired_sums.h).
enum { ROWS = 6, COLUMNS = LANES, MORE_ROWS = GAZE_WIDE_TILE_ROWS, MORE_COLUMNS = GAZE_WIDE_TILE_COLUMNS };

int gaze_tile_rows(void) { return gaze_processor_level() == 2 ? MORE_ROWS : ROWS; }
int gaze_tile_columns(void) { return gaze_processor_level() == 2 ? MORE_COLUMNS : COLUMNS; }

// With a constant size a copy is a few moves.
INLINE void copy_columns(const float *x, ptrdiff_t ldx, ptrdiff_t depth, ptrdiff_t columns, const int width,
                         float *y) {
  if (columns == width) {
    for (ptrdiff_t k = 0; k < depth; k++) memcpy(y + k * width, x + k * ldx, (size_t)width * sizeof(float));
    return;
  }
  for (ptrdiff_t k = 0; k < depth; k++)
    for (ptrdiff_t c = 0; c < width; c++) y[k * width + c] = c < columns ? x[k * ldx + c] : 0;
}

void gaze_pack_tile_transposed(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, float *tile) {
  if (gaze_tile_rows() == ROWS)
    copy_columns(x, ldx, depth, rows, ROWS, tile);
  else
    copy_columns(x, ldx, depth, rows, MORE_ROWS, tile);
}

void gaze_pack_panel(const float *x, ptrdiff_t ldx, ptrdiff_t depth, ptrdiff_t columns, float *panel) {
  if (gaze_tile_columns() == COLUMNS)
    copy_columns(x, ldx, depth, columns, COLUMNS, panel);
  else
    copy_columns(x, ldx, depth, columns, MORE_COLUMNS, panel);
}

void gaze_pack_panel_transposed(const float *x, ptrdiff_t ldx, ptrdiff_t depth, ptrdiff_t columns, float *panel) {
  const ptrdiff_t width = gaze_tile_columns();
  gaze_transpose(x, ldx, columns, depth, panel, width);
  for (ptrdiff_t k = 0; columns < width && k < depth; k++)
    memset(panel + k * width + columns, 0, (size_t)(width - columns) * sizeof(float));
}

// Fetches a share of some stretches, up to the tile that is next.
INLINE void fetch(const gaze_stretches *s, ptrdiff_t tile, ptrdiff_t tiles) {
  const ptrdiff_t lines = (s->bytes + LINE - 1) / LINE, all = lines * s->count, until = all * (tile + 1) / tiles;
  ptrdiff_t done = all * tile / tiles;
  if (done == until) return;
  ptrdiff_t stretch = done / lines, line = done % lines;
  for (; done < until; done++) {
    __builtin_prefetch((const char *)s->first + stretch * s->stride + line * LINE, 0, 2);
    if (++line == lines) line = 0, stretch++;
  }
}

#define UNROLL _Pragma("clang loop unroll(full)")

// Some rows of a tile that has `height`; rows, height and vectors are constants where this is called.
INLINE void tile_product(const int rows, const int height, const int vectors, const float *x, ptrdiff_t depth,
                         const float *panel, float *c, int continues) {
  vector sum[MORE_ROWS][2];
  if (continues)
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++)
        sum[i][j] = *(const vector *)(c + (i * vectors + j) * LANES);
  else
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = (vector){0};
  _Pragma("clang loop unroll_count(4)") for (ptrdiff_t k = 0; k < depth; k++, x += height) {
    vector b[2];
    UNROLL for (int j = 0; j < vectors; j++) b[j] = *(const vector *)(panel + (k * vectors + j) * LANES);
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++) sum[i][j] += x[i] * b[j];
  }
  UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++)
      *(vector *)(c + (i * vectors + j) * LANES) = sum[i][j];
}

// A last tile of no more than half the rows takes half the time.
INLINE void tile_products(const int height, const int vectors, const float *a, ptrdiff_t tile_stride, ptrdiff_t rows,
                          ptrdiff_t depth, const float *panel, float *c, int continues, const gaze_stretches *next,
                          int lists) {
  const int few = (height + 1) / 2;
  const ptrdiff_t tiles = (rows + height - 1) / height;
  for (ptrdiff_t tile = 0; tile < tiles; tile++, rows -= height, a += tile_stride, c += height * vectors * LANES) {
    for (int list = 0; list < lists; list++) fetch(next + list, tile, tiles);
    if (rows > few)
      tile_product(height, height, vectors, a, depth, panel, c, continues);
    else
      tile_product(few, height, vectors, a, depth, panel, c, continues);
  }
}

#if defined(__x86_64__)
__attribute__((min_vector_width(512), target(AVX512_FEATURES))) static void tile_products_512(
    const float *a, ptrdiff_t tile_stride, ptrdiff_t rows, ptrdiff_t depth, const float *panel, float *c,
    int continues, const gaze_stretches *next, int lists) {
  tile_products(MORE_ROWS, 2, a, tile_stride, rows, depth, panel, c, continues, next, lists);
}
__attribute__((target(AVX2_FEATURES))) static void tile_products_256(
    const float *a, ptrdiff_t tile_stride, ptrdiff_t rows, ptrdiff_t depth, const float *panel, float *c,
    int continues, const gaze_stretches *next, int lists) {
  tile_products(ROWS, 1, a, tile_stride, rows, depth, panel, c, continues, next, lists);
}
#endif

void gaze_tile_products(const float *a, ptrdiff_t tile_stride, ptrdiff_t rows, ptrdiff_t depth, const float *panel,
                        float *c, int continues, const gaze_stretches *next, int lists) {
#if defined(__x86_64__)
  switch (gaze_processor_level()) {
    case 2: tile_products_512(a, tile_stride, rows, depth, panel, c, continues, next, lists); return;
    case 1: tile_products_256(a, tile_stride, rows, depth, panel, c, continues, next, lists); return;
  }
#endif
  tile_products(ROWS, 1, a, tile_stride, rows, depth, panel, c, continues, next, lists);
}

// `width` is a constant where this is called.
INLINE void unpair(const ptrdiff_t width, float *sums, ptrdiff_t rows, gaze_pairing pairing) {
  // Powers of two: what is divided by them is exact.
  float undo[MORE_COLUMNS], less[MORE_COLUMNS];
  for (ptrdiff_t c = 0; c < width; c++) undo[c] = 1 / pairing.column_factors[c], less[c] = pairing.column_sums[c];
  for (ptrdiff_t r = 0; r < rows; r++) {
    float *const row = sums + r * width;
    const float undo_row = 1 / pairing.row_factors[r], less_row = pairing.row_sums[r];
    for (ptrdiff_t c = 0; c < width; c++) row[c] = (row[c] - (less[c] + less_row)) * undo[c] * undo_row;
  }
}

// `width` is a constant where this is called.
INLINE void finish_sums(const ptrdiff_t width, float *sums, ptrdiff_t rows, ptrdiff_t columns, gaze_pairing pairing,
                        gaze_panel_end end) {
  if (pairing.column_factors) unpair(width, sums, rows, pairing);
  for (ptrdiff_t r = 0; end.bias && r < rows; r++)
    ELEMENTWISE
    for (ptrdiff_t c = 0; c < columns; c++) sums[r * width + c] += end.bias[c];
  if (end.activation) gaze_gelu(sums, rows * width, end.activation == 2);
}

WIDE_KERNEL(void, gaze_finish_panel, (float *sums, ptrdiff_t rows, ptrdiff_t columns, gaze_pairing pairing,
            gaze_panel_end end, float *y, ptrdiff_t ldy), (sums, rows, columns, pairing, end, y, ldy)) {
  const ptrdiff_t width = level == 2 ? MORE_COLUMNS : COLUMNS;
  finish_sums(width, sums, rows, columns, pairing, end);
  for (ptrdiff_t r = 0; r < rows; r++, sums += width, y += ldy) {
    if (end.residual)
      ELEMENTWISE
      for (ptrdiff_t c = 0; c < columns; c++) y[c] = sums[c] + end.residual[r * end.residual_stride + c];
    else if (columns == width)
      memcpy(y, sums, (size_t)width * sizeof(float));  // of a constant size: a few moves
    else
      memcpy(y, sums, (size_t)columns * sizeof(float));
  }
}

WIDE_KERNEL(void, gaze_finish_panel_tiled, (float *sums, ptrdiff_t rows, ptrdiff_t columns, gaze_pairing pairing,
            gaze_panel_end end, float *tiles, ptrdiff_t tile_stride),
            (sums, rows, columns, pairing, end, tiles, tile_stride)) {
  const ptrdiff_t width = level == 2 ? MORE_COLUMNS : COLUMNS, height = level == 2 ? MORE_ROWS : ROWS;
  finish_sums(width, sums, rows, columns, pairing, end);
  for (; rows > 0; rows -= height, sums += height * width, tiles += tile_stride)
    gaze_pack_tile(sums, width, rows < height ? rows : height, columns, tiles);
}

// Sixteen columns side by side: a maximum and a sum down them need nothing but whole vectors.
WIDE_KERNEL(void, gaze_softmax_columns, (float *x, ptrdiff_t rows, ptrdiff_t columns, float factor, float *shares),
            (x, rows, columns, factor, shares)) {
  for (ptrdiff_t first = 0; first < columns; first += LANES) {
    float top[LANES], sum[LANES] = {0};
    memcpy(top, x + first, sizeof top);
    for (ptrdiff_t r = 1; r < rows; r++)
      for (int j = 0; j < LANES; j++) {
        const float number = x[r * columns + first + j];
        top[j] = number > top[j] ? number : top[j];
      }
    for (ptrdiff_t r = 0; r < rows; r++) {
      float *const row = x + r * columns + first;
      for (int j = 0; j < LANES; j++) {
        const float power = fast_exp(factor * (row[j] - top[j]));
        row[j] = power;
        sum[j] += power;
      }
    }
    for (int j = 0; j < LANES; j++) shares[first + j] = 1.0f / sum[j];
  }
}

KERNEL(void, gaze_multiply_columns, (float *x, ptrdiff_t rows, ptrdiff_t columns, const float *shares),
       (x, rows, columns, shares)) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns)
    ELEMENTWISE
    for (ptrdiff_t c = 0; c < columns; c++) x[c] *= shares[c];
}
