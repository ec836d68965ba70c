#include "lanes.h"

// The matrices of F(4×4, 3×3), interpolation points 0, ±1, ±2, ∞ (Lavin & Gray 2016, section 5.1), on registers of
// sixteen channels. Each transform of a tile is a pass over its columns and one over its rows.

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

// A applied to four numbers.
INLINE void output_gradient_transform(const lanes d[4], lanes t[6]) {
  const lanes even = d[0] + d[2], odd = d[1] + d[3], far = d[0] + 4.0f * d[2], off = 2.0f * d[1] + 8.0f * d[3];
  t[0] = d[0];
  t[1] = even + odd;
  t[2] = even - odd;
  t[3] = far + off;
  t[4] = far - off;
  t[5] = d[3];
}

static const double kernel_matrix[6][3] = {
    {1. / 4, 0, 0},           {-1. / 6, -1. / 6, -1. / 6}, {-1. / 6, 1. / 6, -1. / 6},
    {1. / 24, 1. / 12, 1. / 6}, {1. / 24, -1. / 12, 1. / 6}, {0, 0, 1}};

enum { BLOCK = 64 };  // numbers of a kernel transformed at a time: long enough for any register

WIDE_KERNEL(void, gaze_winograd_kernel_3x3, (const float *kernel, ptrdiff_t size, ptrdiff_t first, ptrdiff_t count,
            float *transformed), (kernel, size, first, count, transformed)) {
  for (ptrdiff_t at = first; at < first + count; at += BLOCK) {
    const int n = (int)(first + count - at < BLOCK ? first + count - at : BLOCK);
    for (int i = 0; i < 6; i++) {
      double half[3][BLOCK];
      for (int j = 0; j < 3; j++) {
        const float *column = kernel + j * size + at;
        for (int l = 0; l < n; l++)
          half[j][l] = kernel_matrix[i][0] * column[l] + kernel_matrix[i][1] * column[3 * size + l] +
                       kernel_matrix[i][2] * column[6 * size + l];
      }
      for (int j = 0; j < 6; j++) {
        const double *g = kernel_matrix[j];
        float *target = transformed + (i * 6 + j) * size + at;
        for (int l = 0; l < n; l++) target[l] = (float)(g[0] * half[0][l] + g[1] * half[1][l] + g[2] * half[2][l]);
      }
    }
  }
}

WIDE_KERNEL(void, gaze_winograd_kernel_gradient_3x3, (const float *transformed, ptrdiff_t size, ptrdiff_t first,
            ptrdiff_t count, float *gradient), (transformed, size, first, count, gradient)) {
  for (ptrdiff_t at = first; at < first + count; at += BLOCK) {
    const int n = (int)(first + count - at < BLOCK ? first + count - at : BLOCK);
    float half[3][6][BLOCK];
    for (int j = 0; j < 6; j++)
      for (int k = 0; k < 3; k++) {
        for (int l = 0; l < n; l++) half[k][j][l] = 0;
        for (int i = 0; i < 6; i++) {
          const float g = (float)kernel_matrix[i][k], *source = transformed + (i * 6 + j) * size + at;
          for (int l = 0; l < n; l++) half[k][j][l] += g * source[l];
        }
      }
    for (int k = 0; k < 3; k++)
      for (int m = 0; m < 3; m++) {
        float *target = gradient + (k * 3 + m) * size + at;
        for (int j = 0; j < 6; j++) {
          const float g = (float)kernel_matrix[j][m];
          for (int l = 0; l < n; l++) target[l] += g * half[k][j][l];
        }
      }
  }
}

// A tile's image, and its first output there.
typedef struct {
  ptrdiff_t image;
  int top, left;
} tile_place;

INLINE tile_place place_of(gaze_plane w, ptrdiff_t tile) {
  const ptrdiff_t across = (w.output_width + 3) / 4, each = (w.output_height + 3) / 4 * across;
  const ptrdiff_t within = tile % each;
  return (tile_place){tile / each, (int)(within / across) * 4, (int)(within % across) * 4};
}

WIDE_KERNEL(void, gaze_winograd_input_3x3, (const float *input, gaze_plane w, ptrdiff_t first, ptrdiff_t count,
            float *transformed), (input, w, first, count, transformed)) {
  const ptrdiff_t matrix = count * w.channels;
  for (ptrdiff_t tile = 0; tile < count; tile++) {
    const tile_place place = place_of(w, first + tile);
    const float *image = input + place.image * w.height * w.width * w.stride;
    const int top = place.top - w.pad_top, left = place.left - w.pad_left;
    for (ptrdiff_t c = 0; c < w.channels; c += CHANNELS) {
      const ptrdiff_t n = w.channels - c;
      lanes half[6][6];
      for (int j = 0; j < 6; j++) {
        lanes column[6], t[6];
        for (int i = 0; i < 6; i++) load_pixel(image, w, top + i, left + j, c, &column[i]);
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

WIDE_KERNEL(void, gaze_winograd_output_gradient_3x3, (const float *gradient, gaze_plane w, ptrdiff_t first,
            ptrdiff_t count, float *transformed), (gradient, w, first, count, transformed)) {
  const ptrdiff_t matrix = count * w.channels;
  for (ptrdiff_t tile = 0; tile < count; tile++) {
    const tile_place place = place_of(w, first + tile);
    const float *image = gradient + place.image * w.height * w.width * w.stride;
    for (ptrdiff_t c = 0; c < w.channels; c += CHANNELS) {
      const ptrdiff_t n = w.channels - c;
      lanes half[6][4];
      for (int j = 0; j < 4; j++) {
        lanes column[4], t[6];
        for (int i = 0; i < 4; i++) load_pixel(image, w, place.top + i, place.left + j, c, &column[i]);
        output_gradient_transform(column, t);
        for (int i = 0; i < 6; i++) half[i][j] = t[i];
      }
      float *target = transformed + tile * w.channels + c;
      for (int i = 0; i < 6; i++) {
        lanes t[6];
        output_gradient_transform(half[i], t);
        for (int j = 0; j < 6; j++) store_lanes(target + (i * 6 + j) * matrix, &t[j], n);
      }
    }
  }
}

WIDE_KERNEL(void, gaze_winograd_output_3x3, (const float *products, gaze_plane w, ptrdiff_t first, ptrdiff_t count,
            ptrdiff_t outputs, const float *bias, int relu, float *output, ptrdiff_t output_stride),
            (products, w, first, count, outputs, bias, relu, output, output_stride)) {
  const ptrdiff_t matrix = count * outputs;
  for (ptrdiff_t tile = 0; tile < count; tile++) {
    const tile_place place = place_of(w, first + tile);
    const int rows = w.output_height - place.top < 4 ? w.output_height - place.top : 4;
    const int columns = w.output_width - place.left < 4 ? w.output_width - place.left : 4;
    const ptrdiff_t corner = (place.image * w.output_height + place.top) * w.output_width + place.left;
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
        float *target = output + (corner + (ptrdiff_t)i * w.output_width) * output_stride + o;
        for (int j = 0; j < columns; j++) {
          lanes y = t[j] + b;
          if (relu) y = __builtin_elementwise_max(y, (lanes){0});
          store_lanes(target + j * output_stride, &y, n);
        }
      }
    }
  }
}
