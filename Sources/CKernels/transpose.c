#include "dispatch.h"
#include "include/kernels.h"
#include "include/tiles.h"

enum { BLOCK = 16 };

static void transpose_plain(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t columns, float *y,
                            ptrdiff_t ldy) {
  for (ptrdiff_t c = 0; c < columns; c++)
    for (ptrdiff_t r = 0; r < rows; r++) y[c * ldy + r] = x[r * ldx + c];
}

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX512 __attribute__((target("avx512f"), min_vector_width(512)))
#define UNROLL _Pragma("clang loop unroll(full)")

// 16 × 16 numbers in 16 registers: neighbours are exchanged in pairs, then pairs, then quarters of registers. `rows`, a
// constant, says how many there are of x, and numbers in a row of y.
AVX512 INLINE void transpose_rows_512(const int rows, const float *x, ptrdiff_t ldx, float *y, ptrdiff_t ldy) {
  const __mmask16 mask = (__mmask16)((1u << rows) - 1);
  __m512 a[BLOCK], b[BLOCK];
  UNROLL for (int i = 0; i < BLOCK; i++) a[i] = i < rows ? _mm512_loadu_ps(x + i * ldx) : _mm512_setzero_ps();
  UNROLL for (int i = 0; i < BLOCK; i += 2) {
    b[i] = _mm512_unpacklo_ps(a[i], a[i + 1]);
    b[i + 1] = _mm512_unpackhi_ps(a[i], a[i + 1]);
  }
  // Now a[i + j] holds column j of every four, of rows i to i + 3.
  UNROLL for (int i = 0; i < BLOCK; i += 4) UNROLL for (int j = 0; j < 2; j++) {
    const __m512d low = _mm512_castps_pd(b[i + j]), high = _mm512_castps_pd(b[i + j + 2]);
    a[i + 2 * j] = _mm512_castpd_ps(_mm512_unpacklo_pd(low, high));
    a[i + 2 * j + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low, high));
  }
  UNROLL for (int j = 0; j < 4; j++) {
    const __m512 even = _mm512_shuffle_f32x4(a[j], a[j + 4], 0x88), odd = _mm512_shuffle_f32x4(a[j], a[j + 4], 0xdd);
    const __m512 even2 = _mm512_shuffle_f32x4(a[j + 8], a[j + 12], 0x88);
    const __m512 odd2 = _mm512_shuffle_f32x4(a[j + 8], a[j + 12], 0xdd);
    _mm512_mask_storeu_ps(y + j * ldy, mask, _mm512_shuffle_f32x4(even, even2, 0x88));
    _mm512_mask_storeu_ps(y + (j + 4) * ldy, mask, _mm512_shuffle_f32x4(odd, odd2, 0x88));
    _mm512_mask_storeu_ps(y + (j + 8) * ldy, mask, _mm512_shuffle_f32x4(even, even2, 0xdd));
    _mm512_mask_storeu_ps(y + (j + 12) * ldy, mask, _mm512_shuffle_f32x4(odd, odd2, 0xdd));
  }
}
AVX512 static void transpose_512(const float *x, ptrdiff_t ldx, float *y, ptrdiff_t ldy) {
  transpose_rows_512(BLOCK, x, ldx, y, ldy);
}
AVX512 static void transpose_tile_512(const float *x, ptrdiff_t ldx, float *y) {
  transpose_rows_512(GAZE_WIDE_TILE_ROWS, x, ldx, y, GAZE_WIDE_TILE_ROWS);
}

// 8 × 8 numbers in 8 registers, by pairs, quarters and halves. Rows that are missing count as zeros.
__attribute__((target("avx"))) static void transpose_256(const float *x, ptrdiff_t ldx, ptrdiff_t rows, float *y,
                                                         ptrdiff_t ldy) {
  __m256 a[8], b[8];
  for (int i = 0; i < 8; i++) a[i] = i < rows ? _mm256_loadu_ps(x + i * ldx) : _mm256_setzero_ps();
  UNROLL for (int i = 0; i < 8; i += 2) {
    b[i] = _mm256_unpacklo_ps(a[i], a[i + 1]);
    b[i + 1] = _mm256_unpackhi_ps(a[i], a[i + 1]);
  }
  UNROLL for (int i = 0; i < 8; i += 4) UNROLL for (int j = 0; j < 2; j++) {
    a[i + 2 * j] = _mm256_shuffle_ps(b[i + j], b[i + j + 2], 0x44);
    a[i + 2 * j + 1] = _mm256_shuffle_ps(b[i + j], b[i + j + 2], 0xee);
  }
  UNROLL for (int j = 0; j < 4; j++) {
    b[j] = _mm256_permute2f128_ps(a[j], a[j + 4], 0x20);
    b[j + 4] = _mm256_permute2f128_ps(a[j], a[j + 4], 0x31);
  }
  UNROLL for (int j = 0; j < 8; j++) _mm256_storeu_ps(y + j * ldy, b[j]);
}
#endif

void gaze_transpose(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t columns, float *y, ptrdiff_t ldy) {
#if defined(__x86_64__)
  const int level = gaze_processor_level();
#endif
  for (ptrdiff_t c = 0; c < columns; c += BLOCK)
    for (ptrdiff_t r = 0; r < rows; r += BLOCK) {
      const float *from = x + r * ldx + c;
      float *to = y + c * ldy + r;
      const ptrdiff_t height = rows - r < BLOCK ? rows - r : BLOCK, width = columns - c < BLOCK ? columns - c : BLOCK;
#if defined(__x86_64__)
      if (level > 0 && height == BLOCK && width == BLOCK) {
        if (level == 2)
          transpose_512(from, ldx, to, ldy);
        else
          for (int i = 0; i < BLOCK; i += 8)
            for (int j = 0; j < BLOCK; j += 8) transpose_256(from + i * ldx + j, ldx, 8, to + j * ldy + i, ldy);
        continue;
      }
#endif
      transpose_plain(from, ldx, height, width, to, ldy);
    }
}

void gaze_pack_tile(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, float *tile) {
  const ptrdiff_t height = gaze_tile_rows();
  ptrdiff_t k = 0;
#if defined(__x86_64__)
  const int level = gaze_processor_level();
  if (level == 2 && rows == height)
    for (; k + BLOCK <= depth; k += BLOCK) transpose_tile_512(x + k, ldx, tile + k * height);
  // Columns of the tile are no multiple of 8 high: what is written beyond one is overwritten by the next. The lower part
  // goes first, and the last columns apart.
  if (level > 0)
    for (; k + 8 < depth; k += 8)
      for (ptrdiff_t r = (height - 1) / 8 * 8; r >= 0; r -= 8)
        transpose_256(x + r * ldx + k, ldx, rows - r < 8 ? rows - r : 8, tile + k * height + r, height);
#endif
  for (; k < depth; k++)
    for (ptrdiff_t r = 0; r < height; r++) tile[k * height + r] = r < rows ? x[r * ldx + k] : 0;
}
