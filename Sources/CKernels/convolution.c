#include "include/kernels.h"
#include "dispatch.h"
#include <string.h>

// Columns of one kernel row that fall inside the image: [*from, *to) of [0, kernel_width).
INLINE void clip(int origin, int extent, int limit, int *from, int *to) {
  *from = origin < 0 ? -origin : 0;
  *to = origin + extent > limit ? limit - origin : extent;
  if (*from > *to) *from = *to = 0;
}

KERNEL(void, gaze_patches, (const float *input, gaze_window w, ptrdiff_t first, ptrdiff_t count, float *patches),
       (input, w, first, count, patches)) {
  const ptrdiff_t area = (ptrdiff_t)w.output_height * w.output_width;
  const ptrdiff_t image_size = (ptrdiff_t)w.height * w.width * w.channels;
  const size_t segment = (size_t)w.kernel_width * w.channels;
  for (ptrdiff_t row = first; row < first + count; row++) {
    const ptrdiff_t within = row % area;
    const float *image = input + row / area * image_size;
    const int top = (int)(within / w.output_width) * w.stride_height - w.pad_top;
    const int left = (int)(within % w.output_width) * w.stride_width - w.pad_left;
    int from, to;
    clip(left, w.kernel_width, w.width, &from, &to);
    for (int i = 0; i < w.kernel_height; i++, patches += segment) {
      const int y = top + i;
      if (y < 0 || y >= w.height) {
        memset(patches, 0, segment * sizeof(float));
        continue;
      }
      if (from > 0) memset(patches, 0, (size_t)from * w.channels * sizeof(float));
      memcpy(patches + (size_t)from * w.channels, image + ((ptrdiff_t)y * w.width + left + from) * w.channels,
             (size_t)(to - from) * w.channels * sizeof(float));
      if (to < w.kernel_width)
        memset(patches + (size_t)to * w.channels, 0, (size_t)(w.kernel_width - to) * w.channels * sizeof(float));
    }
  }
}

KERNEL(void, gaze_add_patches, (const float *patches, gaze_window w, ptrdiff_t first, ptrdiff_t count,
       float *input_gradient), (patches, w, first, count, input_gradient)) {
  const ptrdiff_t area = (ptrdiff_t)w.output_height * w.output_width;
  const ptrdiff_t image_size = (ptrdiff_t)w.height * w.width * w.channels;
  const ptrdiff_t segment = (ptrdiff_t)w.kernel_width * w.channels;
  for (ptrdiff_t row = first; row < first + count; row++) {
    const ptrdiff_t within = row % area;
    float *image = input_gradient + row / area * image_size;
    const int top = (int)(within / w.output_width) * w.stride_height - w.pad_top;
    const int left = (int)(within % w.output_width) * w.stride_width - w.pad_left;
    int from, to;
    clip(left, w.kernel_width, w.width, &from, &to);
    for (int i = 0; i < w.kernel_height; i++, patches += segment) {
      const int y = top + i;
      if (y < 0 || y >= w.height) continue;
      float *target = image + ((ptrdiff_t)y * w.width + left + from) * w.channels;
      const float *source = patches + (ptrdiff_t)from * w.channels;
      const ptrdiff_t n = (ptrdiff_t)(to - from) * w.channels;
      for (ptrdiff_t k = 0; k < n; k++) target[k] += source[k];
    }
  }
}
