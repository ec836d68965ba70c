#include "strassen_layout.h"

// All of it for AVX-512 alone: in the assembler's 32 registers.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#endif
#define PAIRED 1
#include "strassen_tiles.h"

void gaze_strassen_product_paired(int in_registers, const float *a, const float *b, ptrdiff_t rows, ptrdiff_t depth,
                                  ptrdiff_t pairs, gaze_strassen_result result) {
  if (in_registers)
    product(1, a, b, rows, depth, pairs, result);
  else
    product(0, a, b, rows, depth, pairs, result);
}
#if defined(__x86_64__)
#pragma clang attribute pop
#endif
