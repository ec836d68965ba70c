#include "include/kernels.h"
#include "include/processor.h"

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

// 16 × 16 numbers in 16 registers: neighbours are exchanged in pairs, then pairs, then quarters of registers.
AVX512 static void transpose_512(const float *x, ptrdiff_t ldx, float *y, ptrdiff_t ldy) {
  __m512 a[BLOCK], b[BLOCK];
  UNROLL for (int i = 0; i < BLOCK; i++) a[i] = _mm512_loadu_ps(x + i * ldx);
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
    _mm512_storeu_ps(y + j * ldy, _mm512_shuffle_f32x4(even, even2, 0x88));
    _mm512_storeu_ps(y + (j + 4) * ldy, _mm512_shuffle_f32x4(odd, odd2, 0x88));
    _mm512_storeu_ps(y + (j + 8) * ldy, _mm512_shuffle_f32x4(even, even2, 0xdd));
    _mm512_storeu_ps(y + (j + 12) * ldy, _mm512_shuffle_f32x4(odd, odd2, 0xdd));
  }
}
#endif

void gaze_transpose(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t columns, float *y, ptrdiff_t ldy) {
#if defined(__x86_64__)
  const int wide = gaze_processor_level() == 2;
#else
  const int wide = 0;
#endif
  for (ptrdiff_t c = 0; c < columns; c += BLOCK)
    for (ptrdiff_t r = 0; r < rows; r += BLOCK) {
      const float *from = x + r * ldx + c;
      float *to = y + c * ldy + r;
      const ptrdiff_t height = rows - r < BLOCK ? rows - r : BLOCK, width = columns - c < BLOCK ? columns - c : BLOCK;
#if defined(__x86_64__)
      if (wide && height == BLOCK && width == BLOCK) {
        transpose_512(from, ldx, to, ldy);
        continue;
      }
#endif
      (void)wide;
      transpose_plain(from, ldx, height, width, to, ldy);
    }
}
