#include "tiff_samples.h"

#include <stdarg.h>
#include <stdlib.h>

static int get_field(TIFF *tiff, uint32_t tag, ...) {
  va_list values;
  va_start(values, tag);
  int found = TIFFVGetFieldDefaulted(tiff, tag, values);
  va_end(values);
  return found;
}

static int level(const uint8_t *samples, size_t index, int bits) {
  return bits == 16 ? (((const uint16_t *)(const void *)samples)[index] + 128) / 257 : samples[index];
}

// Red in the lowest byte, alpha in the highest, as libtiff's own functions have it.
static uint32_t pixel(const gaze_tiff_image *image, int red, int green, int blue, int alpha) {
  if (image->base.photometric == PHOTOMETRIC_MINISWHITE) red = 255 - red, green = 255 - green, blue = 255 - blue;
  return (uint32_t)(red | green << 8 | blue << 16) | (uint32_t)alpha << 24;
}

// Chunky: all samples of a pixel side by side. `from_skew` pixels lie between the rows of the source, `to_skew` between
// those of the target.
static void put_chunky(
    TIFFRGBAImage *base, uint32_t *target, uint32_t x, uint32_t y, uint32_t width, uint32_t height, int32_t from_skew,
    int32_t to_skew, unsigned char *samples) {
  (void)x, (void)y;
  const gaze_tiff_image *image = (const gaze_tiff_image *)base;
  const int count = base->samplesperpixel, bits = base->bitspersample;
  const int colors = base->photometric == PHOTOMETRIC_RGB ? 2 : 0;
  for (size_t index = 0; height > 0; height--, index += (size_t)from_skew * count, target += to_skew) {
    for (uint32_t column = 0; column < width; column++, index += count) {
      int alpha = image->alpha < 0 ? 255 : level(samples, index + image->alpha, bits);
      int red = level(samples, index, bits), green = level(samples, index + colors / 2, bits);
      int blue = level(samples, index + colors, bits);
      if (base->photometric == PHOTOMETRIC_PALETTE)
        green = base->greencmap[red], blue = base->bluecmap[red], red = base->redcmap[red];
      *target++ = pixel(image, red, green, blue, alpha);
    }
  }
}

// Planar: each sample on its own. Of grey pictures the three are one.
static void put_planar(
    TIFFRGBAImage *base, uint32_t *target, uint32_t x, uint32_t y, uint32_t width, uint32_t height, int32_t from_skew,
    int32_t to_skew, unsigned char *red, unsigned char *green, unsigned char *blue, unsigned char *alpha) {
  (void)x, (void)y;
  const gaze_tiff_image *image = (const gaze_tiff_image *)base;
  const int bits = base->bitspersample;
  for (size_t index = 0; height > 0; height--, index += from_skew, target += to_skew) {
    for (uint32_t column = 0; column < width; column++, index++)
      *target++ = pixel(
          image, level(red, index, bits), level(green, index, bits), level(blue, index, bits),
          image->alpha < 0 ? 255 : level(alpha, index, bits));
  }
}

// Colours stored one by one, and the samples that are not.
static int color_count(const TIFFRGBAImage *base) {
  switch (base->photometric) {
  case PHOTOMETRIC_MINISWHITE:
  case PHOTOMETRIC_MINISBLACK:
  case PHOTOMETRIC_PALETTE: return 1;
  default: return 3;
  }
}

// A tile, or the strips' likeness to one: as wide as the picture.
typedef struct {
  uint32_t width, height;
  tmsize_t size;
} block;

static block block_of(TIFF *tiff, uint32_t width) {
  block block = {width, 0, 0};
  if (TIFFIsTiled(tiff)) get_field(tiff, TIFFTAG_TILEWIDTH, &block.width);
  get_field(tiff, TIFFIsTiled(tiff) ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP, &block.height);
  block.size = TIFFIsTiled(tiff) ? TIFFTileSize(tiff) : TIFFStripSize(tiff);
  return block;
}

static int read_block(TIFF *tiff, uint32_t x, uint32_t y, int plane, uint8_t *samples, tmsize_t size) {
  if (TIFFIsTiled(tiff))
    return TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, x, y, 0, (uint16_t)plane), samples, size) >= 0;
  return TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, (uint16_t)plane), samples, size) >= 0;
}

// Converts a block's samples, plane behind plane, to pixels of a picture `width` wide.
static void put_block(
    TIFFRGBAImage *base, uint32_t *target, uint32_t width, uint32_t columns, uint32_t rows, uint8_t *samples,
    const block *block) {
  const int32_t from_skew = (int32_t)(block->width - columns), to_skew = (int32_t)(width - columns);
  const int colors = color_count(base);
  if (base->isContig) {
    base->put.contig(base, target, 0, 0, columns, rows, from_skew, to_skew, samples);
    return;
  }
  const tmsize_t second = colors == 3 ? block->size : 0;
  base->put.separate(
      base, target, 0, 0, columns, rows, from_skew, to_skew, samples, samples + second, samples + 2 * second,
      base->alpha ? samples + colors * block->size : NULL);
}

// As libtiff's own functions of this kind, with planes of their own for three colours and alpha at most.
static int get_blocks(TIFFRGBAImage *base, uint32_t *raster, uint32_t width, uint32_t height) {
  const gaze_tiff_image *image = (const gaze_tiff_image *)base;
  const int colors = color_count(base), planes = base->isContig ? 1 : colors + (base->alpha ? 1 : 0);
  const block block = block_of(base->tif, width);
  if (!block.width || !block.height || block.size <= 0) return 0;
  uint8_t *samples = calloc((size_t)planes, (size_t)block.size);
  int read = samples != NULL;
  for (uint64_t y = 0; read && y < height; y += block.height) {
    uint32_t rows = height - y < block.height ? (uint32_t)(height - y) : block.height;
    for (uint64_t x = 0; read && x < width; x += block.width) {
      uint32_t columns = width - x < block.width ? (uint32_t)(width - x) : block.width;
      for (int plane = 0; read && plane < planes; plane++) {
        int sample = plane == colors && image->alpha >= 0 ? image->alpha : plane;
        read = read_block(base->tif, (uint32_t)x, (uint32_t)y, sample, samples + plane * block.size, block.size);
      }
      if (read) put_block(base, raster + y * width + x, width, columns, rows, samples, &block);
    }
  }
  free(samples);
  return read;
}

// Which sample is alpha. Those of unspecified meaning are not; but where a file does not tell of the samples beside the
// colours, the first is, as programs write that never heard of telling.
static void find_alpha(gaze_tiff_image *image, int tells_samples) {
  const int colors = color_count(&image->base);
  uint16_t count = 0, *meanings = NULL;
  get_field(image->base.tif, TIFFTAG_EXTRASAMPLES, &count, &meanings);
  image->alpha = -1;
  if (!tells_samples && image->base.samplesperpixel > colors) image->alpha = colors;
  for (int index = 0; index < count && image->alpha < 0; index++) {
    if (meanings[index] == EXTRASAMPLE_UNSPECIFIED || colors + index >= image->base.samplesperpixel) continue;
    image->alpha = colors + index;
    image->is_premultiplied = meanings[index] == EXTRASAMPLE_ASSOCALPHA;
  }
}

void gaze_tiff_take_samples(gaze_tiff_image *image, int tells_samples) {
  TIFFRGBAImage *base = &image->base;
  if (TIFFIsTiled(base->tif)) base->get = get_blocks;
  // What libtiff makes opaque or multiplies itself.
  image->alpha = -1;
  image->is_premultiplied = 1;
  const int is_deep = base->bitspersample == 16, has_more = base->samplesperpixel > color_count(base);
  if (base->bitspersample != 8 && !is_deep) return;
  if (!is_deep && !has_more) return;
  switch (base->photometric) {
  case PHOTOMETRIC_PALETTE:
    if (is_deep || !base->isContig) return;
    break;
  case PHOTOMETRIC_MINISWHITE:
  case PHOTOMETRIC_MINISBLACK:
  case PHOTOMETRIC_RGB: break;
  default: return;
  }
  image->is_premultiplied = 0;
  find_alpha(image, tells_samples);
  if (base->isContig) {
    base->put.contig = put_chunky;
  } else {
    base->alpha = image->alpha >= 0;
    base->put.separate = put_planar;
    base->get = get_blocks;
  }
}
