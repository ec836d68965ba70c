#pragma once
// How sums of quarters lie in memory between packing (strassen_sums.c) and the products (strassen_tiles.h).
#include "include/strassen.h"
#include "lanes.h"
#include "paired_sums.h"
#include <stdint.h>

enum {
  PRODUCTS = GAZE_STRASSEN_PRODUCTS,
  PAIR = GAZE_STRASSEN_PAIR,
  PANEL = PAIR / 2,
  LANES = CHANNELS,
  TILE_ROW = 16,  // floats from one depth of a tile of A to the next
  // Rows of a tile. 14 by 32 sums load least for each multiplication of those that fit 32 registers. Paired, six
  // registers hold panels instead of two, and four what is added up instead of one a row's number.
  TILE = 14,
  PAIRED_TILE = 11,
};

INLINE ptrdiff_t half(ptrdiff_t n) { return (n + 1) / 2; }
// The depth's halves are even, for tiles to take two at a time.
INLINE ptrdiff_t half_depth(ptrdiff_t depth) { return (depth + 3) / 4 * 2; }
INLINE ptrdiff_t tiles_of(int paired, ptrdiff_t rows) {
  const ptrdiff_t tile = paired ? PAIRED_TILE : TILE;
  return (half(rows) + tile - 1) / tile;
}
// The first row of a tile, of all tiles of about one size: one of few rows waits for its own sums.
INLINE ptrdiff_t tile_start(ptrdiff_t tile, ptrdiff_t tiles, ptrdiff_t rows) { return tile * half(rows) / tiles; }

// A's sums: for paired depths, what undoes the scale of each row, [tiles, 2 (upper and lower), 16]; then a tile's sums,
// [7, tiles, 1 + half depth, 16], before whose depths stand the products of paired numbers, negative.
INLINE ptrdiff_t tile_size(ptrdiff_t middle) { return (1 + middle) * TILE_ROW; }
INLINE ptrdiff_t undo_a_size(ptrdiff_t tiles) { return tiles * 2 * TILE_ROW; }
// B's sums, likewise: [pairs, 64] and [7, pairs, 1 + half depth, 32].
INLINE ptrdiff_t panel_size(ptrdiff_t middle) { return (1 + middle) * PANEL; }
INLINE ptrdiff_t undo_b_size(ptrdiff_t pairs) { return pairs * PAIR; }

void gaze_strassen_product_plain(const float *a, const float *b, ptrdiff_t rows, ptrdiff_t depth, ptrdiff_t pairs,
                                 gaze_strassen_result result);
void gaze_strassen_product_paired(int in_registers, const float *a, const float *b, ptrdiff_t rows, ptrdiff_t depth,
                                  ptrdiff_t pairs, gaze_strassen_result result);
