#include "tiff_pixels.h"

#include <forwarding.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <tiffio.h>

#include "tiff_samples.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void *library;

#define FORWARD(RESULT, NAME, PARAMETERS, ARGUMENTS) GAZE_FORWARD(library, RESULT, NAME, PARAMETERS, ARGUMENTS)
FORWARD(TIFF *, TIFFClientOpen,
  (const char *name, const char *mode, thandle_t data, TIFFReadWriteProc read, TIFFReadWriteProc write,
   TIFFSeekProc seek, TIFFCloseProc close, TIFFSizeProc size, TIFFMapFileProc map, TIFFUnmapFileProc unmap),
  (name, mode, data, read, write, seek, close, size, map, unmap))
FORWARD(void, TIFFClose, (TIFF *tiff), (tiff))
FORWARD(TIFFErrorHandler, TIFFSetErrorHandler, (TIFFErrorHandler handler), (handler))
FORWARD(TIFFErrorHandler, TIFFSetWarningHandler, (TIFFErrorHandler handler), (handler))
FORWARD(int, TIFFVGetFieldDefaulted, (TIFF *tiff, uint32_t tag, va_list values), (tiff, tag, values))
FORWARD(int, TIFFIsTiled, (TIFF *tiff), (tiff))
FORWARD(uint32_t, TIFFComputeTile, (TIFF *tiff, uint32_t x, uint32_t y, uint32_t z, uint16_t sample),
  (tiff, x, y, z, sample))
FORWARD(uint32_t, TIFFComputeStrip, (TIFF *tiff, uint32_t row, uint16_t sample), (tiff, row, sample))
FORWARD(tmsize_t, TIFFReadEncodedStrip, (TIFF *tiff, uint32_t strip, void *target, tmsize_t size),
  (tiff, strip, target, size))
FORWARD(tmsize_t, TIFFReadEncodedTile, (TIFF *tiff, uint32_t tile, void *target, tmsize_t size),
  (tiff, tile, target, size))
FORWARD(tmsize_t, TIFFTileSize, (TIFF *tiff), (tiff))
FORWARD(tmsize_t, TIFFStripSize, (TIFF *tiff), (tiff))
FORWARD(int, TIFFRGBAImageOK, (TIFF *tiff, char message[1024]), (tiff, message))
FORWARD(int, TIFFRGBAImageBegin, (TIFFRGBAImage *image, TIFF *tiff, int stop, char message[1024]),
  (image, tiff, stop, message))
FORWARD(int, TIFFRGBAImageGet, (TIFFRGBAImage *image, uint32_t *raster, uint32_t width, uint32_t height),
  (image, raster, width, height))
FORWARD(void, TIFFRGBAImageEnd, (TIFFRGBAImage *image), (image))

// What the library said first, on each thread; its handlers are the whole process's. It grumbles about files that it then
// reads, so only what its functions return tells whether one failed.
static _Thread_local char words[256];

static void note(const char *module, const char *format, va_list arguments) {
  (void)module;
  if (!words[0]) vsnprintf(words, sizeof words, format, arguments);
}

static void load(void) {
  static const char *const names[] = {"libtiff.so", "libtiff.so.6", "libtiff.so.5", NULL};
  library = gaze_library(names);
  if (!library) return;
  TIFFSetErrorHandler(note);
  TIFFSetWarningHandler(NULL);
}

// A file in memory.
typedef struct {
  const uint8_t *bytes;
  uint64_t count;
  uint64_t position;
} memory;

static tmsize_t read_memory(thandle_t data, void *target, tmsize_t count) {
  memory *file = data;
  if (count < 0 || file->position >= file->count) return 0;
  uint64_t left = file->count - file->position;
  uint64_t taken = (uint64_t)count < left ? (uint64_t)count : left;
  memcpy(target, file->bytes + file->position, taken);
  file->position += taken;
  return (tmsize_t)taken;
}

static tmsize_t write_memory(thandle_t data, void *source, tmsize_t count) {
  (void)data, (void)source, (void)count;
  return 0;
}

static toff_t seek_memory(thandle_t data, toff_t offset, int whence) {
  memory *file = data;
  if (whence == SEEK_CUR) offset += file->position;
  if (whence == SEEK_END) offset += file->count;
  return file->position = offset;
}

static int close_memory(thandle_t data) { return (void)data, 0; }
static toff_t memory_size(thandle_t data) { return ((memory *)data)->count; }

// A strip or tile of each plane is held in memory, and a small file can ask for any size of it.
static int fits_memory(const TIFFRGBAImage *image) {
  tmsize_t size = TIFFIsTiled(image->tif) ? TIFFTileSize(image->tif) : TIFFStripSize(image->tif);
  uint64_t planes = image->isContig ? 1 : 4, limit = ((uint64_t)64 << 20) + (uint64_t)8 * image->width * image->height;
  return size > 0 && (uint64_t)size <= limit / planes;
}

static int read(
    gaze_tiff_image *image, uint32_t width, uint32_t height, int tells_samples, uint8_t *pixels, char reason[1024]) {
  if (image->base.width != width || image->base.height != height) return -1;
  if (!fits_memory(&image->base)) {
    strcpy(reason, "its strips or tiles are too large");
    return -1;
  }
  gaze_tiff_take_samples(image, tells_samples);
  // Left as stored: turning upright is done for all formats alike.
  image->base.req_orientation = image->base.orientation;
  return TIFFRGBAImageGet(&image->base, (uint32_t *)(void *)pixels, width, height) ? 0 : -1;
}

int gaze_tiff_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int tells_samples, uint8_t *pixels,
    int *is_premultiplied, char *message, size_t room) {
  pthread_once(&once, load);
  if (!library) {
    snprintf(message, room, "libtiff cannot be loaded");
    return -1;
  }
  char reason[1024] = "";
  words[0] = 0;
  memory file = {bytes, count, 0};
  // m: do not map the file.
  TIFF *tiff = TIFFClientOpen(
      "picture", "rm", &file, read_memory, write_memory, seek_memory, close_memory, memory_size, NULL, NULL);
  gaze_tiff_image image = {.alpha = -1};
  int result = -1;
  if (tiff && TIFFRGBAImageOK(tiff, reason) && TIFFRGBAImageBegin(&image.base, tiff, 1, reason)) {
    result = read(&image, width, height, tells_samples, pixels, reason);
    *is_premultiplied = image.is_premultiplied;
    TIFFRGBAImageEnd(&image.base);
  }
  if (tiff) TIFFClose(tiff);
  if (result) {
    const char *said = reason[0] ? reason : words[0] ? words : "the library gives no reason";
    snprintf(message, room, "%s", said);
  }
  return result;
}
