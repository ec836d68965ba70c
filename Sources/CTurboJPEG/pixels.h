#pragma once
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <jpeglib.h>
#include <jerror.h>

// Decodes a JPEG held in memory by libjpeg-turbo's older interface: it numbers its warnings, which tells harm from
// harmless, where TurboJPEG's has words only. Any thread may call.

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf failed;
  // Whether the bytes ended before the end marker.
  int is_cut;
  // Whether some samples are not those stored; `words` say why.
  int is_damaged;
  char words[JMSG_LENGTH_MAX];
} gaze_jpeg_errors;

static inline void gaze_jpeg_fail(j_common_ptr decoder) {
  gaze_jpeg_errors *errors = (gaze_jpeg_errors *)decoder->err;
  decoder->err->format_message(decoder, errors->words);
  longjmp(errors->failed, 1);
}

// Warnings have a negative level; the rest is chatter.
static inline void gaze_jpeg_note(j_common_ptr decoder, int level) {
  gaze_jpeg_errors *errors = (gaze_jpeg_errors *)decoder->err;
  if (level >= 0) return;
  switch (decoder->err->msg_code) {
  // Stray bytes, odd headers, scans in an odd order: no sample is lost.
  case JWRN_ADOBE_XFORM:
  case JWRN_BOGUS_ICC:
  case JWRN_BOGUS_PROGRESSION:
  case JWRN_EXTRANEOUS_DATA:
  case JWRN_JFIF_MAJOR:
  case JWRN_NOT_SEQUENTIAL: return;
  case JWRN_JPEG_EOF: errors->is_cut = 1; break;
  default: errors->is_damaged = 1;
  }
  if (!errors->words[0]) decoder->err->format_message(decoder, errors->words);
}

// Hundreds of scans are an attack on time, not a picture.
static inline void gaze_jpeg_progress(j_common_ptr decoder) {
  if (((j_decompress_ptr)decoder)->input_scan_number > 500) {
    gaze_jpeg_errors *errors = (gaze_jpeg_errors *)decoder->err;
    strcpy(errors->words, "it has more than 500 scans");
    longjmp(errors->failed, 1);
  }
}

// Whether every scan needed came before the bytes ended: each component in one, and in progressive files each coefficient
// to its last bit.
static inline int gaze_jpeg_has_all_scans(j_decompress_ptr decoder) {
  // Arithmetic codes do not tell that they are cut off.
  if (decoder->arith_code) return 0;
  for (int component = 0; component < decoder->num_components; component++) {
    if (!decoder->comp_info[component].quant_table) return 0;
    for (int index = 0; decoder->coef_bits && index < DCTSIZE2; index++)
      if (decoder->coef_bits[component][index]) return 0;
  }
  return 1;
}

// Fills `width × height` pixels of `channels` bytes: 3 for red, green, blue, 4 for inks as stored. The size must be that of
// the whole picture at `eighths` eighths, rounded up. `smooth` interpolates chroma.
//
// Returns 0 if every sample is one stored; else -1 with libjpeg's words in `message`, and the pixels are of no use.
static inline int gaze_jpeg_decode(
    const uint8_t *bytes, size_t count, int eighths, int smooth, int channels, int width, int height, uint8_t *pixels,
    char *message, size_t room) {
  struct jpeg_decompress_struct decoder;
  struct jpeg_progress_mgr progress = {.progress_monitor = gaze_jpeg_progress};
  gaze_jpeg_errors errors;
  memset(&decoder, 0, sizeof decoder);
  memset(&errors, 0, sizeof errors);
  decoder.err = jpeg_std_error(&errors.base);
  errors.base.error_exit = gaze_jpeg_fail;
  errors.base.emit_message = gaze_jpeg_note;
  int isWhole = 0;
  if (!setjmp(errors.failed)) {
    jpeg_create_decompress(&decoder);
    decoder.progress = &progress;
    jpeg_mem_src(&decoder, bytes, count);
    jpeg_read_header(&decoder, TRUE);
    decoder.out_color_space = channels == 4 ? JCS_CMYK : JCS_RGB;
    decoder.scale_num = eighths;
    decoder.scale_denom = 8;
    decoder.dct_method = JDCT_IFAST;
    decoder.do_fancy_upsampling = smooth;
    jpeg_start_decompress(&decoder);
    if ((int)decoder.output_width == width && (int)decoder.output_height == height &&
        decoder.output_components == channels) {
      while (decoder.output_scanline < decoder.output_height) {
        uint8_t *row = pixels + (size_t)decoder.output_scanline * width * channels;
        jpeg_read_scanlines(&decoder, &row, 1);
      }
      // What follows the last row is nobody's loss, so it is not looked at; but only their end marker tells of arithmetic
      // codes that there was a last row.
      if (decoder.arith_code) jpeg_finish_decompress(&decoder);
      isWhole = !errors.is_damaged && (!errors.is_cut || gaze_jpeg_has_all_scans(&decoder));
    }
  }
  if (!isWhole)
    snprintf(message, room, "%s", errors.words[0] ? errors.words : "its header contradicts itself");
  jpeg_destroy_decompress(&decoder);
  return isWhole ? 0 : -1;
}
