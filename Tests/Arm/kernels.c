// Runs every kernel once on numbers made here and writes what comes out, so that the results of processors can be
// compared: `kernels LEVEL` writes to standard output lines of a kernel's name and a number. `.ci/arm` runs it.
#include "depthwise.h"
#include "halfprecision.h"
#include "kernels.h"
#include "packed_product.h"
#include "pooling.h"
#include "processor.h"
#include "strassen.h"
#include "tiles.h"
#include "transformer.h"
#include "winograd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1 << 16 };

static uint64_t state = 1;

// In [-1, 1).
static float next(void) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return (float)(int32_t)(state >> 32) / 2147483648.0f;
}

// New numbers in memory of its own.
static float *numbers(ptrdiff_t count) {
  float *made = aligned_alloc(64, (size_t)ROOM * 4);
  for (ptrdiff_t i = 0; i < count; i++) made[i] = next();
  for (ptrdiff_t i = count; i < ROOM; i++) made[i] = 0;
  return made;
}

static void say(const char *name, const float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) printf("%s %.9g\n", name, x[i]);
}

static void say_doubles(const char *name, const double *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) printf("%s %.9g\n", name, x[i]);
}

// Odd numbers of rows and channels: loops have ends.
enum { ROWS = 7, CHANNELS = 37, COUNT = ROWS * CHANNELS };

static void rows_and_channels(void) {
  float *x = numbers(COUNT), *y = numbers(COUNT), *z = numbers(COUNT), *out = numbers(0);
  float *a = numbers(CHANNELS), *b = numbers(CHANNELS), *c = numbers(CHANNELS);
  double sums[CHANNELS], squares[CHANNELS];
  gaze_bias_residual_relu(x, a, y, 1, ROWS, CHANNELS, out), say("bias_residual_relu", out, COUNT);
  gaze_scale_shift(x, a, b, y, 0, ROWS, CHANNELS, out), say("scale_shift", out, COUNT);
  gaze_channel_moments(x, a, ROWS, CHANNELS, sums, squares);
  say_doubles("channel_moments", sums, CHANNELS), say_doubles("channel_moments", squares, CHANNELS);
  float *added = numbers(CHANNELS);
  gaze_add_channel_sums(x, CHANNELS, ROWS, CHANNELS, added), say("add_channel_sums", added, CHANNELS);
  gaze_relu_backward(x, y, COUNT, out), say("relu_backward", out, COUNT);
  gaze_batch_norm_sums(x, y, a, b, ROWS, CHANNELS, sums, squares);
  say_doubles("batch_norm_sums", sums, CHANNELS), say_doubles("batch_norm_sums", squares, CHANNELS);
  gaze_batch_norm_apply(x, y, a, b, c, ROWS, CHANNELS, out), say("batch_norm_apply", out, COUNT);
  gaze_add(x, COUNT, z), say("add", z, COUNT);
  gaze_add_squares(x, COUNT, z), say("add_squares", z, COUNT);
  double sum = gaze_sum_of_squares(x, COUNT);
  say_doubles("sum_of_squares", &sum, 1);
  gaze_transpose(x, CHANNELS, ROWS, CHANNELS, out, ROWS + 2), say("transpose", out, (ROWS + 2) * CHANNELS);
}

static void sequences(void) {
  enum { WIDTH = 19, UNITS = ROWS * WIDTH };
  float *x = numbers(COUNT), *dy = numbers(COUNT), *gamma = numbers(CHANNELS), *beta = numbers(CHANNELS);
  float *out = numbers(0), *normal = numbers(0), *inverse = numbers(0);
  gaze_layer_norm(x, gamma, beta, 1e-3f, ROWS, CHANNELS, out, normal, inverse), say("layer_norm", out, COUNT);
  gaze_normalize_rows(x, gamma, beta, 1e-3f, ROWS, CHANNELS, out), say("normalize_rows", out, COUNT);
  float *dgamma = numbers(0), *dbeta = numbers(0);
  gaze_layer_norm_backward(dy, gamma, normal, inverse, ROWS, CHANNELS, out, dgamma, dbeta);
  say("layer_norm_backward", out, COUNT), say("layer_norm_backward", dgamma, CHANNELS);
  say("layer_norm_backward", dbeta, CHANNELS);
  float *p = numbers(COUNT);
  gaze_softmax_rows(p, ROWS, CHANNELS), say("softmax_rows", p, COUNT);
  gaze_softmax_rows_backward(p, dy, ROWS, CHANNELS, out), say("softmax_rows_backward", out, COUNT);
  float *input = numbers(3 * UNITS), *recurrent = numbers(3 * UNITS), *previous = numbers(UNITS);
  float *gates = numbers(0), *d = numbers(UNITS), *d_input = numbers(0), *d_recurrent = numbers(0);
  gaze_gru_step(input, recurrent, previous, ROWS, WIDTH, WIDTH, out, gates);
  say("gru_step", out, UNITS), say("gru_step", gates, 4 * UNITS);
  gaze_gru_step_backward(d, previous, gates, ROWS, WIDTH, WIDTH, d_input, d_recurrent);
  say("gru_step_backward", d, UNITS), say("gru_step_backward", d_input, 3 * UNITS);
  say("gru_step_backward", d_recurrent, 3 * UNITS);
  int32_t targets[ROWS];
  for (int i = 0; i < ROWS; i++) targets[i] = i * 5;
  float *logits = numbers(COUNT);
  double losses[2] = {0, 0};
  losses[0] = gaze_cross_entropy(logits, targets, gamma, 0.1f, 0.5f, ROWS, CHANNELS, &losses[1]);
  say("cross_entropy", logits, COUNT), say_doubles("cross_entropy", losses, 2);
  float *t = numbers(COUNT);
  gaze_tanh(t, COUNT), say("tanh", t, COUNT);
}

static void training(void) {
  float *w = numbers(COUNT), *g = numbers(COUNT), *first = numbers(COUNT), *second = numbers(COUNT), *out = numbers(0);
  for (int i = 0; i < COUNT; i++) second[i] *= second[i];
  gaze_adam(w, g, NULL, first, second, COUNT, 0.5f, 0.01f, 0.9f, 0.999f, 1e-7f, 0.001f);
  say("adam", w, COUNT), say("adam", first, COUNT), say("adam", second, COUNT);
  gaze_dropout(g, COUNT, 0.3f, 77, 5, out), say("dropout", out, COUNT);
  gaze_moving_average(g, COUNT, 0.1f, w), say("moving_average", w, COUNT);
}

static void half_precision(void) {
  float *x = numbers(COUNT), *out = numbers(0);
  unsigned char narrow[2 * COUNT];
  gaze_narrow_float16(x, narrow, COUNT), gaze_widen_float16(narrow, out, COUNT), say("float16", out, COUNT);
  gaze_widen_bfloat16(narrow, out, COUNT), say("bfloat16", out, COUNT);
}

static void images(void) {
  enum { H = 8, W = 10, C = 21 };
  float *x = numbers(H * W * C), *out = numbers(0), *back = numbers(0);
  gaze_window window = {H, W, C, 3, 3, 2, 2, 1, 1, 4, 5};
  gaze_patches(x, window, 0, 20, out), say("patches", out, 20 * 9 * C);
  gaze_add_patches(out, window, 0, 20, back), say("add_patches", back, H * W * C);
  gaze_average_pool_2x2(x, H, W, C, out), say("average_pool_2x2", out, 20 * C);
  gaze_average_pool_2x2_backward(out, H, W, C, back), say("average_pool_2x2_backward", back, H * W * C);
  gaze_max_pool_3x3(x, H, W, C, out), say("max_pool_3x3", out, 3 * 4 * C);
  gaze_average_pool_3x3(x, H, W, C, out), say("average_pool_3x3", out, H * W * C);
  memset(out, 0, ROOM * 4);
  gaze_copy_channels(x, H * W, C, out, C + 3), say("copy_channels", out, H * W * (C + 3));
  float *kernel = numbers(9 * C), *bias = numbers(C);
  gaze_depthwise(x, window, kernel, bias, 1, 0, 20, out), say("depthwise", out, 20 * C);
}

static void products(void) {
  enum { DEPTH = 29, COLUMNS = 75 };
  float *a = numbers(ROWS * DEPTH), *b = numbers(DEPTH * COLUMNS), *packed = numbers(0), *c = numbers(0);
  float *bias = numbers(COLUMNS), *residual = numbers(ROWS * COLUMNS), *transposed = numbers(0), *other = numbers(0);
  gaze_epilogue epilogue = {bias, residual, COLUMNS, 1};
  gaze_pack(b, COLUMNS, DEPTH, COLUMNS, packed);
  gaze_packed_product(a, DEPTH, ROWS, DEPTH, packed, COLUMNS, 0, gaze_panel_count(COLUMNS), c, COLUMNS, epilogue);
  say("packed_product", c, ROWS * COLUMNS);
  gaze_transpose(b, COLUMNS, DEPTH, COLUMNS, transposed, DEPTH);
  gaze_pack_transposed(transposed, DEPTH, DEPTH, COLUMNS, other);
  gaze_packed_product(a, DEPTH, ROWS, DEPTH, other, COLUMNS, 0, gaze_panel_count(COLUMNS), c, COLUMNS, epilogue);
  say("pack_transposed", c, ROWS * COLUMNS);
  // In [0.5, 1) of either sign as binary16, small as bfloat16.
  uint16_t *halves = (uint16_t *)numbers(0);
  for (int i = 0; i < DEPTH * COLUMNS; i++) halves[i] = (uint16_t)(0x3800 + (int)(512 + 511 * next()) + (next() < 0) * 0x8000);
  for (int t = GAZE_FLOAT32; t <= GAZE_BFLOAT16; t++) {
    const gaze_number_type type = (gaze_number_type)t;
    gaze_dot_products(a, DEPTH, ROWS, DEPTH, t ? (void *)halves : transposed, type, DEPTH, COLUMNS, bias, c, COLUMNS);
    say(t ? "dot_products_16" : "dot_products", c, ROWS * COLUMNS);
    gaze_add_products(a, DEPTH, ROWS, DEPTH, t ? (void *)halves : b, type, COLUMNS, COLUMNS, c, COLUMNS);
    say(t ? "add_products_16" : "add_products", c, ROWS * COLUMNS);
  }
  for (int tanh = 0; tanh < 2; tanh++) gaze_gelu(residual, ROWS * COLUMNS, tanh), say("gelu", residual, ROWS * COLUMNS);
  enum { KEYS = 11, HEADS = 3, SIZE = 13 };
  const float *keys[KEYS], *values[KEYS];
  for (int i = 0; i < KEYS; i++) keys[i] = numbers(HEADS * SIZE), values[i] = numbers(HEADS * SIZE);
  float *q = numbers(HEADS * SIZE), *weights = numbers(0);
  gaze_attend_apart(q, keys, values, KEYS, HEADS, SIZE, weights, c), say("attend_apart", c, HEADS * SIZE);
}

static void tiles(void) {
  enum { DEPTH = 29, R = 25, C = 45 };
  float *a = numbers(R * DEPTH), *b = numbers(DEPTH * C), *bt = numbers(0), *residual = numbers(R * C);
  float *bias = numbers(C), *packed = numbers(0), *panel = numbers(0), *sums = numbers(0), *y = numbers(0);
  gaze_transpose(b, C, DEPTH, C, bt, DEPTH);
  const ptrdiff_t height = gaze_tile_rows(), width = gaze_tile_columns(), count = (R + height - 1) / height;
  const gaze_stretches next = {b, C * 4, C * 4, DEPTH};
  for (int turned = 0; turned < 2; turned++) {
    for (ptrdiff_t t = 0; t < count; t++) {
      const ptrdiff_t first = t * height, rows = R - first < height ? R - first : height;
      if (turned)
        gaze_pack_tile_transposed(a + first, R, rows, DEPTH, packed + first * DEPTH);
      else
        gaze_pack_tile(a + first * DEPTH, DEPTH, rows, DEPTH, packed + first * DEPTH);
    }
    for (ptrdiff_t first = 0; first < C; first += width) {
      const ptrdiff_t columns = C - first < width ? C - first : width;
      for (int part = 0; part < 2; part++) {
        const ptrdiff_t from = part * 15, depth = part ? DEPTH - 15 : 15;
        if (turned)
          gaze_pack_panel_transposed(bt + first * DEPTH + from, DEPTH, depth, columns, panel);
        else
          gaze_pack_panel(b + from * C + first, C, depth, columns, panel);
        gaze_tile_products(packed + from * height, DEPTH * height, R, depth, panel, sums, part, &next, 1);
      }
      const gaze_panel_end end = {bias + first, 1, residual + first, C};
      gaze_finish_panel(sums, R, columns, (gaze_pairing){0}, end, y + first, C);
    }
    say(turned ? "tiles_transposed" : "tiles", y, R * C);
  }
  // The same sums laid out in tiles, and taken out of them again.
  const ptrdiff_t columns = 16;
  gaze_pack_panel(b, C, 15, columns, panel);
  gaze_tile_products(packed, DEPTH * height, R, 15, panel, sums, 0, &next, 0);
  gaze_finish_panel_tiled(sums, R, columns, (gaze_pairing){0}, (gaze_panel_end){bias, 2}, panel, columns * height);
  for (ptrdiff_t r = 0; r < R; r++)
    for (ptrdiff_t c = 0; c < columns; c++) y[r * columns + c] = panel[(r / height * columns + c) * height + r % height];
  say("tiles_laid_out", y, R * columns);
  float *shares = numbers(32);
  gaze_softmax_columns(a, 20, 32, 0.5f, shares), say("softmax_columns", a, 20 * 32), say("shares", shares, 32);
  gaze_multiply_columns(a, 20, 32, shares), say("multiply_columns", a, 20 * 32);
}

static void strassen(void) {
  enum { R = 30, DEPTH = 21, PAIRS = 2, COLUMNS = 64 * PAIRS };
  float *a = numbers(R * DEPTH), *b = numbers(DEPTH * COLUMNS), *c = numbers(0), *bias = numbers(COLUMNS);
  float *sums_a = aligned_alloc(64, (size_t)gaze_strassen_count_a(0, R, DEPTH) * 4 + 64);
  float *sums_b = aligned_alloc(64, (size_t)gaze_strassen_count_b(DEPTH, PAIRS) * 4 + 64);
  gaze_strassen_pack_a(0, a, DEPTH, R, DEPTH, 0, gaze_strassen_tiles(0, R), sums_a);
  gaze_strassen_pack_b(0, b, COLUMNS, DEPTH, PAIRS, 0, PAIRS, sums_b, NULL);
  gaze_strassen_result result = {c, COLUMNS, bias, 0, 1};
  gaze_strassen_product(0, sums_a, sums_b, R, DEPTH, PAIRS, result), say("strassen", c, R * COLUMNS);
  float *at = numbers(0), *bt = numbers(0);
  gaze_transpose(a, DEPTH, R, DEPTH, at, R), gaze_transpose(b, COLUMNS, DEPTH, COLUMNS, bt, DEPTH);
  gaze_strassen_pack_a_transposed(0, at, R, R, DEPTH, 0, gaze_strassen_tiles(0, R), sums_a);
  gaze_strassen_pack_b_transposed(0, bt, DEPTH, DEPTH, PAIRS, 0, PAIRS, sums_b);
  gaze_strassen_product(0, sums_a, sums_b, R, DEPTH, PAIRS, result), say("strassen_transposed", c, R * COLUMNS);
}

static void winograd(void) {
  enum { H = 9, W = 11, C = 5, O = 7, TILES = 9 };
  gaze_plane plane = {H, W, C, C, 1, 1, H, W};
  float *x = numbers(H * W * C), *kernel = numbers(9 * C * O), *out = numbers(0), *products = numbers(36 * TILES * O);
  float *bias = numbers(O);
  gaze_winograd_kernel_3x3(kernel, C * O, 0, C * O, out), say("winograd_kernel_3x3", out, 36 * C * O);
  gaze_winograd_input_3x3(x, plane, 0, TILES, out), say("winograd_input_3x3", out, 36 * TILES * C);
  gaze_winograd_output_3x3(products, plane, 0, TILES, O, bias, 1, out, O), say("winograd_output_3x3", out, H * W * O);
  gaze_winograd_output_gradient_3x3(x, plane, 0, TILES, out), say("winograd_output_gradient_3x3", out, 36 * TILES * C);
  gaze_winograd_kernel_gradient_3x3(products, C * O, 0, C * O, kernel);
  say("winograd_kernel_gradient_3x3", kernel, 9 * C * O);
  enum { TAPS = 7, POINTS = 8, EACH = 2, LINES = 9 * 6 };
  double matrix[POINTS * TAPS];
  for (int i = 0; i < POINTS * TAPS; i++) matrix[i] = next();
  float *square = numbers(POINTS * POINTS), *wide = numbers(EACH * POINTS), *line = numbers(0);
  gaze_plane row = {H, W, C, C, 0, 3, H, W};
  gaze_winograd_kernel_line(kernel, C, TAPS, POINTS, matrix, line), say("winograd_kernel_line", line, POINTS * C);
  gaze_winograd_input_line(x, row, 1, EACH, POINTS, square, 0, LINES, line);
  say("winograd_input_line", line, POINTS * LINES * C);
  gaze_winograd_output_line(line, row, 1, EACH, POINTS, wide, 0, LINES, C, bias, 1, out, C);
  say("winograd_output_line", out, H * W * C);
}

int main(int count, char **arguments) {
  gaze_limit_processor_level(count > 1 ? atoi(arguments[1]) : 2);
  rows_and_channels(), sequences(), training(), half_precision(), images(), products(), tiles(), strassen(), winograd();
  return 0;
}
