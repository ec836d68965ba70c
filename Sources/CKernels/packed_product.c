#include "dispatch.h"
#include "include/packed_product.h"
#include "include/kernels.h"
#include <string.h>

enum { LANES = 16, WIDEST = 48, LINE = 64 };

// Depths beyond twice this are gone through in parts of about it, all panels for each: some 80 rows of A then stay in the
// second-level cache, and a panel's part in the first.
enum { DEPTH = 384 };

// 32 columns by 14 rows load least for each multiplication of the tiles that fit into 32 registers; 48 by 9 where 32
// would leave a narrow panel of 16. With 16 registers tiles are 16 columns wide, and so are panels: a part of a wider one
// would lie in half of the first-level cache's sets. Not by this thread's level: another may have packed.
int gaze_panel_width(ptrdiff_t columns) {
  if (gaze_full_processor_level() < 2) return 16;
  return columns % 32 != 0 && columns % 48 == 0 ? 48 : 32;
}

static ptrdiff_t panel_padded(ptrdiff_t columns, int width, ptrdiff_t panel) {
  const ptrdiff_t rest = columns - panel * width;
  return rest >= width ? width : (rest + LANES - 1) / LANES * LANES;
}

ptrdiff_t gaze_panel_count(ptrdiff_t columns) {
  const int width = gaze_panel_width(columns);
  return (columns + width - 1) / width;
}

ptrdiff_t gaze_packed_count(ptrdiff_t depth, ptrdiff_t columns) {
  return depth * ((columns + LANES - 1) / LANES * LANES);
}

// Full panels of `width` columns, a few rows at a time: rows lie far apart, so each is read in one stretch, and each
// panel is written in stretches too.
INLINE void pack_panels(const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t panels, const int width,
                        float *packed) {
  enum { ROWS = 8 };
  for (ptrdiff_t k0 = 0; k0 < depth; k0 += ROWS) {
    const ptrdiff_t last = depth - k0 < ROWS ? depth : k0 + ROWS;
    for (ptrdiff_t panel = 0; panel < panels; panel++)
      for (ptrdiff_t k = k0; k < last; k++)
        memcpy(packed + (panel * depth + k) * width, b + k * ldb + panel * width, (size_t)width * sizeof(float));
  }
}

WIDE_KERNEL(void, gaze_pack, (const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t columns, float *packed),
            (b, ldb, depth, columns, packed)) {
  const int width = gaze_panel_width(columns);
  const ptrdiff_t full = columns / width, rest = columns - full * width;
  if (width == 16)
    pack_panels(b, ldb, depth, full, 16, packed);
  else if (width == 32)
    pack_panels(b, ldb, depth, full, 32, packed);
  else
    pack_panels(b, ldb, depth, full, 48, packed);
  if (rest == 0) return;
  const ptrdiff_t padded = panel_padded(columns, width, full);
  packed += full * width * depth;
  for (ptrdiff_t k = 0; k < depth; k++, packed += padded) {
    memcpy(packed, b + k * ldb + full * width, (size_t)rest * sizeof(float));
    memset(packed + rest, 0, (size_t)(padded - rest) * sizeof(float));
  }
}

void gaze_pack_transposed(const float *b, ptrdiff_t ldb, ptrdiff_t depth, ptrdiff_t columns, float *packed) {
  const int width = gaze_panel_width(columns);
  for (ptrdiff_t panel = 0; panel < gaze_panel_count(columns); panel++) {
    const ptrdiff_t padded = panel_padded(columns, width, panel), first = panel * width;
    const ptrdiff_t real = columns - first < padded ? columns - first : padded;
    gaze_transpose(b + first * ldb, ldb, real, depth, packed, padded);
    for (ptrdiff_t k = 0; real < padded && k < depth; k++)
      memset(packed + k * padded + real, 0, (size_t)(padded - real) * sizeof(float));
    packed += depth * padded;
  }
}

void gaze_unpack(const float *packed, ptrdiff_t depth, ptrdiff_t columns, float *b, ptrdiff_t ldb) {
  const int width = gaze_panel_width(columns);
  for (ptrdiff_t panel = 0; panel < gaze_panel_count(columns); panel++) {
    const ptrdiff_t padded = panel_padded(columns, width, panel), first = panel * width;
    const ptrdiff_t real = columns - first < padded ? columns - first : padded;
    for (ptrdiff_t k = 0; k < depth; k++, packed += padded)
      memcpy(b + k * ldb + first, packed, (size_t)real * sizeof(float));
  }
}

void gaze_unpack_column(const float *packed, ptrdiff_t depth, ptrdiff_t columns, ptrdiff_t column, float *numbers) {
  const int width = gaze_panel_width(columns);
  const ptrdiff_t panel = column / width, padded = panel_padded(columns, width, panel);
  packed += panel * width * depth + column - panel * width;
  for (ptrdiff_t k = 0; k < depth; k++) numbers[k] = packed[k * padded];
}

// What a panel, or a part of its depth, is to become: sums that begin at those in C or at 0, and what is done to them before
// they are stored. A sum in parts is the sum over the whole depth, bit for bit.
typedef struct {
  const float *bias;
  gaze_epilogue epilogue;
  int continues;
  const float *next;  // what will be read after this panel
} panel_end;

// One tile is a few rows of A times one panel over the depth, with the sums in registers throughout and the epilogue
// applied before they are stored. A tile writes `vectors` whole vectors of C.
typedef void panel_function(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, const float *panel,
                            ptrdiff_t vectors, float *c, ptrdiff_t ldc, panel_end end);

INLINE float activated(float y, int relu) {
  if (relu && y < 0) return 0;
  return relu == 6 && y > 6 ? 6 : y;
}

static void panel_plain(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, const float *panel,
                        ptrdiff_t vectors, float *c, ptrdiff_t ldc, panel_end end) {
  const gaze_epilogue e = end.epilogue;
  const ptrdiff_t width = vectors * LANES;
  for (ptrdiff_t i = 0; i < rows; i++) {
    float sum[WIDEST] = {0};
    if (end.continues) memcpy(sum, c + i * ldc, (size_t)width * sizeof(float));
    for (ptrdiff_t k = 0; k < depth; k++)
      for (ptrdiff_t j = 0; j < width; j++) sum[j] += a[i * lda + k] * panel[k * width + j];
    for (ptrdiff_t j = 0; j < width; j++) {
      float y = sum[j];
      if (end.bias) y += end.bias[j];
      if (e.residual) y += e.residual[i * e.residual_stride + j];
      c[i * ldc + j] = activated(y, e.relu);
    }
  }
}

#if defined(__x86_64__)
#include <immintrin.h>
#define UNROLL _Pragma("clang loop unroll(full)")

// rows and vectors are constants where these are called. Meanwhile what lies `ahead` is fetched, and a row of C now and
// then: many lines at once would hold up the others.
#define DEFINE_TILE(NAME, TARGET, VECTOR, WIDTH, LOAD, LOADU, STOREU, SET1, FMA, ADD, MAX, MIN, ZERO)                 \
  TARGET static inline __attribute__((always_inline)) void NAME(                                                      \
      const int rows, const int vectors, const float *a, ptrdiff_t lda, ptrdiff_t depth, const float *panel,          \
      ptrdiff_t panel_stride, float *c, ptrdiff_t ldc, const float *bias, const float *residual,                      \
      ptrdiff_t residual_stride, int relu, int continues, const char *ahead) {                                        \
    VECTOR sum[14][4];                                                                                                \
    if (continues)                                                                                                    \
      UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++)                                  \
          sum[i][j] = LOADU(c + i * ldc + j * WIDTH);                                                                 \
    else                                                                                                              \
      UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = ZERO();              \
    const float *const end = panel + depth * panel_stride;                                                            \
    const ptrdiff_t apart = depth / rows * panel_stride;                                                              \
    for (int row = 0; row <= rows; row++) {                                                                           \
      const float *const until = row < rows ? panel + apart : end;                                                    \
      if (row < rows) UNROLL for (int j = 0; j < vectors; j++) __builtin_prefetch(c + row * ldc + j * WIDTH, 0, 2);   \
      _Pragma("clang loop unroll_count(2)") for (; panel < until; panel += panel_stride, a++, ahead += LINE) {        \
        VECTOR b[4];                                                                                                  \
        __builtin_prefetch(ahead, 0, 2);                                                                              \
        UNROLL for (int j = 0; j < vectors; j++) b[j] = LOAD(panel + j * WIDTH);                                      \
        UNROLL for (int i = 0; i < rows; i++) {                                                                       \
          const VECTOR x = SET1(a[i * lda]);                                                                          \
          UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = FMA(x, b[j], sum[i][j]);                               \
        }                                                                                                             \
      }                                                                                                               \
    }                                                                                                                 \
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++) {                                  \
      VECTOR y = sum[i][j];                                                                                           \
      if (bias) y = ADD(y, LOADU(bias + j * WIDTH));                                                                  \
      if (residual) y = ADD(y, LOADU(residual + i * residual_stride + j * WIDTH));                                    \
      if (relu) y = MAX(y, ZERO());                                                                                   \
      if (relu == 6) y = MIN(y, SET1(6));                                                                             \
      STOREU(c + i * ldc + j * WIDTH, y);                                                                             \
    }                                                                                                                 \
  }

#define AVX512 __attribute__((target("avx512f,avx512vl,avx512dq,fma"), min_vector_width(512)))
#define AVX2 __attribute__((target("avx2,fma")))
DEFINE_TILE(tile_512, AVX512, __m512, 16, _mm512_load_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_set1_ps,
            _mm512_fmadd_ps, _mm512_add_ps, _mm512_max_ps, _mm512_min_ps, _mm512_setzero_ps)
DEFINE_TILE(tile_256, AVX2, __m256, 8, _mm256_load_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_set1_ps,
            _mm256_fmadd_ps, _mm256_add_ps, _mm256_max_ps, _mm256_min_ps, _mm256_setzero_ps)

#define CASE(TILE, R, V)                                                                                              \
  case R:                                                                                                             \
    TILE(R, V, a, lda, depth, panel, stride, c, ldc, end.bias, e.residual, e.residual_stride, e.relu, end.continues,  \
         ahead);                                                                                                      \
    break;
#define CASES_6(T, V) CASE(T, 1, V) CASE(T, 2, V) CASE(T, 3, V) CASE(T, 4, V) CASE(T, 5, V) CASE(T, 6, V)
#define CASES_9(T, V) CASES_6(T, V) CASE(T, 7, V) CASE(T, 8, V) CASE(T, 9, V)
#define CASES_14(T, V) CASES_9(T, V) CASE(T, 10, V) CASE(T, 11, V) CASE(T, 12, V) CASE(T, 13, V) CASE(T, 14, V)
// All rows against one panel in as few tiles of up to `R` rows as there must be, all of about one size: a tile of few
// rows waits for its own sums. Meanwhile the next panel is fetched; a single tile reads too fast for that and is better
// off with what the processor fetches by itself.
#define DEFINE_ROWS(NAME, TARGET, TILE, R, V, CASES)                                                                  \
  TARGET static void NAME(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, const float *panel,         \
                          ptrdiff_t stride, float *c, ptrdiff_t ldc, panel_end end) {                                 \
    gaze_epilogue e = end.epilogue;                                                                                   \
    const char *const next = (const char *)end.next;                                                                  \
    const char *const behind = next + depth * stride * (ptrdiff_t)sizeof(float);                                      \
    const char *ahead = rows > R ? next : (const char *)panel;                                                        \
    for (ptrdiff_t tiles = (rows + R - 1) / R; tiles > 0; tiles--) {                                                  \
      const ptrdiff_t count = (rows + tiles - 1) / tiles;                                                             \
      switch (count) { CASES(TILE, V) }                                                                               \
      a += count * lda, c += count * ldc, rows -= count;                                                              \
      if (e.residual) e.residual += count * e.residual_stride;                                                        \
      ahead = ahead + depth * LINE < behind ? ahead + depth * LINE : (const char *)panel;                                \
    }                                                                                                                 \
  }
// As many sums as there are registers for: 14·2, 9·3, 14·1 of 32; 6·2 of 16.
DEFINE_ROWS(rows_512_3, AVX512, tile_512, 9, 3, CASES_9)
DEFINE_ROWS(rows_512_2, AVX512, tile_512, 14, 2, CASES_14)
DEFINE_ROWS(rows_512_1, AVX512, tile_512, 14, 1, CASES_14)
DEFINE_ROWS(rows_256_2, AVX2, tile_256, 6, 2, CASES_6)

static void panel_512(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, const float *panel,
                      ptrdiff_t vectors, float *c, ptrdiff_t ldc, panel_end end) {
  const ptrdiff_t stride = vectors * LANES;
  switch (vectors) {
    case 3: rows_512_3(a, lda, rows, depth, panel, stride, c, ldc, end); break;
    case 2: rows_512_2(a, lda, rows, depth, panel, stride, c, ldc, end); break;
    default: rows_512_1(a, lda, rows, depth, panel, stride, c, ldc, end); break;
  }
}

static void panel_256(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, const float *panel,
                      ptrdiff_t vectors, float *c, ptrdiff_t ldc, panel_end end) {
  for (ptrdiff_t j = 0; j < vectors; j++) {
    panel_end part = end;
    if (part.epilogue.residual) part.epilogue.residual += j * LANES;
    if (part.bias) part.bias += j * LANES;
    rows_256_2(a, lda, rows, depth, panel + j * LANES, vectors * LANES, c + j * LANES, ldc, part);
  }
}
#endif

static panel_function *panel_for(int level) {
#if defined(__x86_64__)
  if (level == 2) return panel_512;
  if (level == 1) return panel_256;
#endif
  return panel_plain;
}

// The last columns of a matrix whose width is no multiple of 16: whole vectors go to a buffer, real columns to C.
static void ragged_panel(panel_function *run, const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth,
                         const float *panel, ptrdiff_t vectors, ptrdiff_t real, float *c, ptrdiff_t ldc,
                         panel_end end) {
  const gaze_epilogue e = end.epilogue;
  enum { CHUNK = 14 };
  float sums[CHUNK * WIDEST];
  const ptrdiff_t width = vectors * LANES;
  for (ptrdiff_t first = 0; first < rows; first += CHUNK) {
    const ptrdiff_t count = rows - first < CHUNK ? rows - first : CHUNK;
    run(a + first * lda, lda, count, depth, panel, vectors, sums, width, (panel_end){.next = end.next});
    for (ptrdiff_t i = 0; i < count; i++)
      for (ptrdiff_t j = 0; j < real; j++) {
        float y = sums[i * width + j];
        if (end.bias) y += end.bias[j];
        if (e.residual) y += e.residual[(first + i) * e.residual_stride + j];
        c[(first + i) * ldc + j] = activated(y, e.relu);
      }
  }
}

void gaze_packed_product(const float *a, ptrdiff_t lda, ptrdiff_t rows, ptrdiff_t depth, const float *packed,
                         ptrdiff_t columns, ptrdiff_t first, ptrdiff_t last, float *c, ptrdiff_t ldc,
                         gaze_epilogue epilogue) {
  panel_function *run = panel_for(gaze_processor_level());
  const int width = gaze_panel_width(columns);
  const ptrdiff_t parts = depth > 2 * DEPTH ? (depth + DEPTH - 1) / DEPTH : 1;
  for (ptrdiff_t part = 0; part < parts; part++) {
    const ptrdiff_t from = depth * part / parts, until = depth * (part + 1) / parts;
    const int is_last = part + 1 == parts;
    for (ptrdiff_t p = first; p < last; p++) {
      const ptrdiff_t column = p * width, padded = panel_padded(columns, width, p), vectors = padded / LANES;
      const float *panel = packed + column * depth;
      panel_end end = {.continues = part > 0, .next = panel + depth * padded + from * padded};
      if (is_last) {
        end.bias = epilogue.bias ? epilogue.bias + column : NULL;
        end.epilogue = epilogue;
        if (epilogue.residual) end.epilogue.residual += column;
      }
      if (columns - column >= padded)
        run(a + from, lda, rows, until - from, panel + from * padded, vectors, c + column, ldc, end);
      else if (is_last)
        ragged_panel(run, a, lda, rows, depth, panel, vectors, columns - column, c + column, ldc, end);
    }
  }
}
