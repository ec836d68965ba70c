#define PAIRED 0
#include "strassen_tiles.h"

WIDE_KERNEL(void, gaze_strassen_product_plain, (const float *a, const float *b, ptrdiff_t rows, ptrdiff_t depth,
            ptrdiff_t pairs, gaze_strassen_result result), (a, b, rows, depth, pairs, result)) {
  product(0, a, b, rows, depth, pairs, result);
}

void gaze_strassen_product(int paired, const float *a, const float *b, ptrdiff_t rows, ptrdiff_t depth,
                           ptrdiff_t pairs, gaze_strassen_result result) {
  if (paired == GAZE_NOT_FREE)
    gaze_strassen_product_plain(a, b, rows, depth, pairs, result);
  else
    gaze_strassen_product_paired(paired == GAZE_FREE_IN_REGISTERS, a, b, rows, depth, pairs, result);
}
