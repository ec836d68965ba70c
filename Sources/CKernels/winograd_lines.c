#include "include/winograd.h"
#include "lanes.h"

void gaze_winograd_kernel_line(const float *kernel, ptrdiff_t size, int taps, int points, const double *matrix,
                               float *transformed) {
  for (int point = 0; point < points; point++)
    for (ptrdiff_t at = 0; at < size; at++) {
      double sum = 0;
      for (int tap = 0; tap < taps; tap++) sum += matrix[point * taps + tap] * kernel[tap * size + at];
      transformed[point * size + at] = (float)sum;
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

WIDE_KERNEL(void, gaze_winograd_input_line, (const float *input, gaze_plane w, int axis, int per_tile, int points,
            const float *matrix, ptrdiff_t first, ptrdiff_t count, float *transformed),
            (input, w, axis, per_tile, points, matrix, first, count, transformed)) {
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

WIDE_KERNEL(void, gaze_winograd_output_line, (const float *products, gaze_plane w, int axis, int per_tile, int points,
            const float *matrix, ptrdiff_t first, ptrdiff_t count, ptrdiff_t outputs, const float *bias, int relu,
            float *output, ptrdiff_t output_stride),
            (products, w, axis, per_tile, points, matrix, first, count, outputs, bias, relu, output, output_stride)) {
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
