#pragma once
#include "dispatch.h"
#include "include/winograd.h"
#include <stddef.h>
#include <string.h>

// Sixteen neighbouring channels of a pixel, as one AVX-512 register or two of AVX2.
enum { CHANNELS = 16 };
typedef float lanes __attribute__((vector_size(64), aligned(4)));

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
// Sixteen channels of a pixel of the map; zero outside it.
INLINE void load_pixel(const float *map, gaze_plane w, int y, int x, ptrdiff_t c, lanes *v) {
  if (y >= 0 && y < w.height && x >= 0 && x < w.width)
    load_lanes(map + ((ptrdiff_t)y * w.width + x) * w.stride + c, w.channels - c, v);
  else
    *v = (lanes){0};
}
