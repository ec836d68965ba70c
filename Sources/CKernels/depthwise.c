#include "include/depthwise.h"
#include "lanes.h"

// What an output row reads: the input row its windows begin at, and the kernel rows inside the image.
typedef struct {
  int top, from, to;
} row_span;

// The windows at the edges, and channels that are no whole vector: what lies outside is left out.
INLINE void edge_window(const float *image, gaze_window w, const float *kernel, row_span rows, int left, ptrdiff_t c,
                        ptrdiff_t n, lanes *sum) {
  for (int i = rows.from; i < rows.to; i++)
    for (int j = 0; j < w.kernel_width; j++) {
      if (left + j < 0 || left + j >= w.width) continue;
      lanes x, tap;
      load_lanes(image + ((ptrdiff_t)(rows.top + i) * w.width + left + j) * w.channels + c, n, &x);
      load_lanes(kernel + ((ptrdiff_t)i * w.kernel_width + j) * w.channels + c, n, &tap);
      *sum += x * tap;
    }
}

// Up to sixteen channels of one output row, whose taps stay in registers; `size` is a constant where this is called.
INLINE void depthwise_row(const float *image, gaze_window w, const float *kernel, const float *bias, int relu,
                          row_span rows, ptrdiff_t c, const int size, float *y) {
  const ptrdiff_t n = w.channels - c;
  lanes shift, taps[GAZE_LARGEST_DEPTHWISE * GAZE_LARGEST_DEPTHWISE];
  load_lanes(bias + c, n, &shift);
  for (int k = 0; k < size * size; k++) load_lanes(kernel + k * w.channels + c, n, &taps[k]);
  const int is_inner_row = rows.from == 0 && rows.to == size && n >= CHANNELS;
  for (int column = 0; column < w.output_width; column++, y += w.channels) {
    const int left = column * w.stride_width - w.pad_left;
    lanes sum = shift;
    if (is_inner_row && left >= 0 && left + size <= w.width) {
      const float *const corner = image + ((ptrdiff_t)rows.top * w.width + left) * w.channels + c;
      for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++)
          sum += taps[i * size + j] * *(const lanes *)(corner + ((ptrdiff_t)i * w.width + j) * w.channels);
    } else {
      edge_window(image, w, kernel, rows, left, c, n, &sum);
    }
    if (relu) sum = __builtin_elementwise_max(sum, (lanes){0});
    if (relu == 6) sum = __builtin_elementwise_min(sum, (lanes){0} + 6);
    store_lanes(y + c, &sum, n);
  }
}

WIDE_KERNEL(void, gaze_depthwise,
            (const float *input, gaze_window w, const float *kernel, const float *bias, int relu, ptrdiff_t first,
             ptrdiff_t count, float *y),
            (input, w, kernel, bias, relu, first, count, y)) {
  const ptrdiff_t image_size = (ptrdiff_t)w.height * w.width * w.channels;
  for (ptrdiff_t row = first; row < first + count; row++, y += (ptrdiff_t)w.output_width * w.channels) {
    const float *const image = input + row / w.output_height * image_size;
    const int size = w.kernel_height, top = (int)(row % w.output_height) * w.stride_height - w.pad_top;
    const row_span rows = {
        .top = top, .from = top < 0 ? -top : 0, .to = top + size > w.height ? w.height - top : size};
    for (ptrdiff_t c = 0; c < w.channels; c += CHANNELS) switch (size) {
        case 3: depthwise_row(image, w, kernel, bias, relu, rows, c, 3, y); break;
        case 5: depthwise_row(image, w, kernel, bias, relu, rows, c, 5, y); break;
        default: depthwise_row(image, w, kernel, bias, relu, rows, c, size, y); break;
      }
  }
}
