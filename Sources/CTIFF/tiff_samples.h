#pragma once
#include <tiffio.h>

// A picture being read, with what libtiff's own conversion to pixels gets wrong put right. It takes alpha that is not
// multiplied into grey, and samples of no stated meaning, for alpha that is; it slants tiles of 16-bit grey that reach over
// the edge; and it refuses uncompressed tiles of more bytes than they need.
typedef struct {
  // First, so that libtiff's functions take one for the other.
  TIFFRGBAImage base;
  // The sample of a pixel that is alpha; -1 if none is.
  int alpha;
  int is_premultiplied;
} gaze_tiff_image;

// Reads what the samples mean and, where libtiff would be wrong, has the picture read and converted by functions of ours.
// Call between TIFFRGBAImageBegin and TIFFRGBAImageGet. `tells_samples`: whether the file says what samples beside the
// colours mean; libtiff says of those it does not that they were called unspecified.
void gaze_tiff_take_samples(gaze_tiff_image *image, int tells_samples);
