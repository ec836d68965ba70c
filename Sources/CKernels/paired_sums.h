#pragma once
#include "include/paired_tiles.h"
#include "lanes.h"

// The innermost steps of paired sums (include/strassen.h): of a group of depths the first two are paired and the third is
// not, four additions beside four multiplications.
enum { GROUP = GAZE_PAIRED_DEPTHS };

// A group of depths of a row times two vectors of B: (a0 + b1)(a1 + b0) for the two that are paired, then the third. `next`
// floats lie between a row's numbers. In assembler, because compilers choose by themselves which numbers to keep in
// registers; `in_registers`, a constant, says which:
//
// - Each number of a row, once loaded: for Zen 5, whose loads are what is scarce, two of 16 floats beside two
//   multiplications and two additions.
// - None, a number is added straight from memory as often as it is needed: for Zen 4, where registers that hold one number
//   many times cost as much as the additions that run beside multiplications.
#if defined(__x86_64__)
#define OPERANDS                                                                                                     \
  : [left] "+v"(sum[0]), [right] "+v"(sum[1]), [x] "=&v"(x), [y] "=&v"(y), [z] "=&v"(z), [w] "=&v"(w)                \
  : [a0] "m"(a[0]), [a1] "m"(a[next]), [a2] "m"(a[2 * next]), [b00] "v"(b[0][0]), [b01] "v"(b[0][1]),                \
    [b10] "v"(b[1][0]), [b11] "v"(b[1][1]), [b20] "v"(b[2][0]), [b21] "v"(b[2][1])
__attribute__((target("arch=x86-64-v4"), min_vector_width(512))) INLINE void group_of_row(
    const int in_registers, const float *a, const int next, const lanes b[GROUP][2], lanes sum[2]) {
  lanes x, y, z, w;
  if (in_registers)
    __asm__("vbroadcastss %[a2], %[z]\n\t"
            "vbroadcastss %[a0], %[x]\n\t"
            "vbroadcastss %[a1], %[y]\n\t"
            "vfmadd231ps %[z], %[b20], %[left]\n\t"
            "vfmadd231ps %[z], %[b21], %[right]\n\t"
            "vaddps %[x], %[b11], %[z]\n\t"
            "vaddps %[y], %[b01], %[w]\n\t"
            "vaddps %[x], %[b10], %[x]\n\t"
            "vaddps %[y], %[b00], %[y]\n\t"
            "vfmadd231ps %[z], %[w], %[right]\n\t"
            "vfmadd231ps %[x], %[y], %[left]" OPERANDS);
  else
    __asm__("vaddps %[a0]%{1to16%}, %[b10], %[x]\n\t"
            "vaddps %[a1]%{1to16%}, %[b00], %[y]\n\t"
            "vfmadd231ps %[x], %[y], %[left]\n\t"
            "vaddps %[a0]%{1to16%}, %[b11], %[z]\n\t"
            "vaddps %[a1]%{1to16%}, %[b01], %[w]\n\t"
            "vfmadd231ps %[z], %[w], %[right]\n\t"
            "vfmadd231ps %[a2]%{1to16%}, %[b20], %[left]\n\t"
            "vfmadd231ps %[a2]%{1to16%}, %[b21], %[right]" OPERANDS);
}
#undef OPERANDS
#else
INLINE void group_of_row(const int in_registers, const float *a, const int next, const lanes b[GROUP][2], lanes sum[2]) {
  (void)in_registers;
  for (int j = 0; j < 2; j++) {
    sum[j] += (a[0] + b[1][j]) * (a[next] + b[0][j]);
    sum[j] += a[2 * next] * b[2][j];
  }
}
#endif

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#endif
// A group of depths of some rows, `next` floats from one depth to the next, times a panel of 32 columns; rows is a constant
// where this is called.
INLINE void paired_depths(const int rows, const int in_registers, const float *a, const int next, const float *panel,
                          lanes sum[][2]) {
  enum { WIDTH = GAZE_WIDE_TILE_COLUMNS };
  lanes b[GROUP][2];
#pragma clang loop unroll(full)
  for (int k = 0; k < GROUP; k++)
    b[k][0] = *(const lanes *)(panel + k * WIDTH), b[k][1] = *(const lanes *)(panel + k * WIDTH + CHANNELS);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) group_of_row(in_registers, a + i, next, b, sum[i]);
}
#if defined(__x86_64__)
#pragma clang attribute pop
#endif
