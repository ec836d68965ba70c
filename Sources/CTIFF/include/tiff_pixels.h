#pragma once
#include <stddef.h>
#include <stdint.h>

// Reads the first picture of a TIFF file held in memory. libtiff is loaded at the first call. Any thread may call.

// Fills `width × height` pixels, in the order stored, four bytes each: red, green, blue, alpha.
//
// `tells_samples`: whether the file says what samples beside the colours mean. `is_premultiplied` is set to whether the
// colours are already multiplied by alpha. Returns 0, or -1 with libtiff's own words in `message`; the pixels are then of
// no use.
int gaze_tiff_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int tells_samples, uint8_t *pixels,
    int *is_premultiplied, char *message, size_t room);
