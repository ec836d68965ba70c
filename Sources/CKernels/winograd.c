#include "include/inference.h"
#include "dispatch_inference.h"
#include <stdint.h>
#include <string.h>

// The matrices of F(4×4, 3×3), interpolation points 0, ±1, ±2, ∞ (Lavin & Gray 2016, section 5.1).
void gaze_winograd_kernel_3x3(const float *kernel, ptrdiff_t inputs, ptrdiff_t outputs, float *transformed) {
  static const double g[6][3] = {{1. / 4, 0, 0},           {-1. / 6, -1. / 6, -1. / 6}, {-1. / 6, 1. / 6, -1. / 6},
                                 {1. / 24, 1. / 12, 1. / 6}, {1. / 24, -1. / 12, 1. / 6}, {0, 0, 1}};
  const ptrdiff_t plane = inputs * outputs;
  for (ptrdiff_t at = 0; at < plane; at++) {
    double half[6][3];
    for (int i = 0; i < 6; i++)
      for (int j = 0; j < 3; j++) {
        half[i][j] = 0;
        for (int k = 0; k < 3; k++) half[i][j] += g[i][k] * kernel[(k * 3 + j) * plane + at];
      }
    for (int i = 0; i < 6; i++)
      for (int j = 0; j < 6; j++) {
        double sum = 0;
        for (int k = 0; k < 3; k++) sum += half[i][k] * g[j][k];
        transformed[(i * 6 + j) * plane + at] = (float)sum;
      }
  }
}

void gaze_winograd_kernel_line(const float *kernel, ptrdiff_t size, int taps, int points, const double *matrix,
                               float *transformed) {
  for (int point = 0; point < points; point++)
    for (ptrdiff_t at = 0; at < size; at++) {
      double sum = 0;
      for (int tap = 0; tap < taps; tap++) sum += matrix[point * taps + tap] * kernel[tap * size + at];
      transformed[point * size + at] = (float)sum;
    }
}

enum { CHANNELS = 16 };
typedef float lanes __attribute__((vector_size(64), aligned(4)));

// Bᵀ applied to six numbers.
INLINE void input_transform(const lanes d[6], lanes t[6]) {
  const lanes a = d[4] - 4.0f * d[2], b = d[3] - 4.0f * d[1], c = d[4] - d[2], e = 2.0f * (d[3] - d[1]);
  t[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];
  t[1] = a + b;
  t[2] = a - b;
  t[3] = c + e;
  t[4] = c - e;
  t[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];
}

// Aᵀ applied to six numbers.
INLINE void output_transform(const lanes m[6], lanes t[4]) {
  const lanes s = m[1] + m[2], d = m[1] - m[2], u = m[3] + m[4], v = m[3] - m[4];
  t[0] = m[0] + s + u;
  t[1] = d + 2.0f * v;
  t[2] = s + 4.0f * u;
  t[3] = d + 8.0f * v + m[5];
}

// Up to 16 channels from or to memory; what lies beyond `n` is read as zero and not written. By pointer, because
// vectors cannot be passed between functions for different processors.
INLINE void load_lanes(const float *p, ptrdiff_t n, lanes *v) {
  if (n >= CHANNELS) {
    *v = *(const lanes *)p;
  } else {
    *v = (lanes){0};
    memcpy(v, p, (size_t)n * sizeof(float));
  }
}
INLINE void store_lanes(float *p, const lanes *v, ptrdiff_t n) {
  if (n >= CHANNELS)
    *(lanes *)p = *v;
  else
    memcpy(p, v, (size_t)n * sizeof(float));
}
INLINE void load_pixel(const float *input, gaze_plane w, int y, int x, ptrdiff_t c, lanes *v) {
  if (y >= 0 && y < w.height && x >= 0 && x < w.width)
    load_lanes(input + ((ptrdiff_t)y * w.width + x) * w.stride + c, w.channels - c, v);
  else
    *v = (lanes){0};
}

WIDE_KERNEL void gaze_winograd_input_3x3(const float *input, gaze_plane w, ptrdiff_t first, ptrdiff_t count,
                                         float *transformed) {
  const ptrdiff_t across = (w.output_width + 3) / 4, matrix = count * w.channels;
  for (ptrdiff_t tile = 0; tile < count; tile++) {
    const int top = (int)((first + tile) / across) * 4 - w.pad_top;
    const int left = (int)((first + tile) % across) * 4 - w.pad_left;
    for (ptrdiff_t c = 0; c < w.channels; c += CHANNELS) {
      const ptrdiff_t n = w.channels - c;
      lanes half[6][6];
      for (int j = 0; j < 6; j++) {
        lanes column[6], t[6];
        for (int i = 0; i < 6; i++) load_pixel(input, w, top + i, left + j, c, &column[i]);
        input_transform(column, t);
        for (int i = 0; i < 6; i++) half[i][j] = t[i];
      }
      float *target = transformed + tile * w.channels + c;
      for (int i = 0; i < 6; i++) {
        lanes t[6];
        input_transform(half[i], t);
        for (int j = 0; j < 6; j++) store_lanes(target + (i * 6 + j) * matrix, &t[j], n);
      }
    }
  }
}

WIDE_KERNEL void gaze_winograd_output_3x3(const float *products, gaze_plane w, ptrdiff_t first, ptrdiff_t count,
                                          ptrdiff_t outputs, const float *bias, int relu, float *output,
                                          ptrdiff_t output_stride) {
  const ptrdiff_t across = (w.output_width + 3) / 4, matrix = count * outputs;
  for (ptrdiff_t tile = 0; tile < count; tile++) {
    const int top = (int)((first + tile) / across) * 4, left = (int)((first + tile) % across) * 4;
    const int rows = w.output_height - top < 4 ? w.output_height - top : 4;
    const int columns = w.output_width - left < 4 ? w.output_width - left : 4;
    for (ptrdiff_t o = 0; o < outputs; o += CHANNELS) {
      const ptrdiff_t n = outputs - o;
      const float *source = products + tile * outputs + o;
      lanes b = {0};
      if (bias) load_lanes(bias + o, n, &b);
      lanes half[4][6];
      for (int j = 0; j < 6; j++) {
        lanes column[6], t[4];
        for (int i = 0; i < 6; i++) load_lanes(source + (i * 6 + j) * matrix, n, &column[i]);
        output_transform(column, t);
        for (int i = 0; i < 4; i++) half[i][j] = t[i];
      }
      for (int i = 0; i < rows; i++) {
        lanes t[4];
        output_transform(half[i], t);
        float *target = output + ((ptrdiff_t)(top + i) * w.output_width + left) * output_stride + o;
        for (int j = 0; j < columns; j++) {
          lanes y = t[j] + b;
          if (relu) y = __builtin_elementwise_max(y, (lanes){0});
          store_lanes(target + j * output_stride, &y, n);
        }
      }
    }
  }
}

// Where line tile `tile` starts: its line, and its first output along the line.
INLINE void line_tile(gaze_plane w, int axis, int per_tile, ptrdiff_t tile, int *line, int *start) {
  const int along = axis ? w.output_width : w.output_height;
  const ptrdiff_t tiles = (along + per_tile - 1) / per_tile;
  *line = (int)(tile / tiles);
  *start = (int)(tile % tiles) * per_tile;
}

enum { MOST_POINTS = 12 };

WIDE_KERNEL void gaze_winograd_input_line(const float *input, gaze_plane w, int axis, int per_tile, int points,
                                          const float *matrix, ptrdiff_t first, ptrdiff_t count, float *transformed) {
  const ptrdiff_t size = count * w.channels;
  for (ptrdiff_t tile = 0; tile < count; tile++) {
    int line, start;
    line_tile(w, axis, per_tile, first + tile, &line, &start);
    for (ptrdiff_t c = 0; c < w.channels; c += CHANNELS) {
      const ptrdiff_t n = w.channels - c;
      lanes d[MOST_POINTS];
      for (int i = 0; i < points; i++) {
        const int y = axis ? line - w.pad_top : start + i - w.pad_top;
        const int x = axis ? start + i - w.pad_left : line - w.pad_left;
        load_pixel(input, w, y, x, c, &d[i]);
      }
      for (int i = 0; i < points; i++) {
        lanes sum = {0};
        for (int j = 0; j < points; j++) sum += matrix[i * points + j] * d[j];
        store_lanes(transformed + i * size + tile * w.channels + c, &sum, n);
      }
    }
  }
}

WIDE_KERNEL void gaze_winograd_output_line(const float *products, gaze_plane w, int axis, int per_tile, int points,
                                           const float *matrix, ptrdiff_t first, ptrdiff_t count, ptrdiff_t outputs,
                                           const float *bias, int relu, float *output, ptrdiff_t output_stride) {
  const ptrdiff_t size = count * outputs;
  const int along = axis ? w.output_width : w.output_height;
  for (ptrdiff_t tile = 0; tile < count; tile++) {
    int line, start;
    line_tile(w, axis, per_tile, first + tile, &line, &start);
    const int real = along - start < per_tile ? along - start : per_tile;
    for (ptrdiff_t o = 0; o < outputs; o += CHANNELS) {
      const ptrdiff_t n = outputs - o;
      lanes m[MOST_POINTS];
      for (int j = 0; j < points; j++) load_lanes(products + j * size + tile * outputs + o, n, &m[j]);
      for (int i = 0; i < real; i++) {
        lanes y = {0};
        if (bias) load_lanes(bias + o, n, &y);
        for (int j = 0; j < points; j++) y += matrix[i * points + j] * m[j];
        if (relu) y = __builtin_elementwise_max(y, (lanes){0});
        const ptrdiff_t pixel =
            axis ? (ptrdiff_t)line * w.output_width + start + i : (ptrdiff_t)(start + i) * w.output_width + line;
        store_lanes(output + pixel * output_stride + o, &y, n);
      }
    }
  }
}
