#pragma once
#include "lanes.h"

// Three depths of a row times two vectors of B, (a0 + b1)(a1 + b0) for the two that are paired, then the third: the
// innermost steps of paired sums (include/strassen.h). For AVX-512; `next` floats lie between a row's numbers. In
// assembler, because compilers choose by themselves which numbers to keep in registers.
enum { PAIRED_GROUP = 3 };

#if defined(__x86_64__)
#define PAIRED_KERNEL INLINE __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define PAIRED_OPERANDS                                                                                              \
  : [left] "+v"(sum[0]), [right] "+v"(sum[1]), [x] "=&v"(x), [y] "=&v"(y), [z] "=&v"(z), [w] "=&v"(w)                \
  : [a0] "m"(a[0]), [a1] "m"(a[next]), [a2] "m"(a[2 * next]), [b00] "v"(b[0][0]), [b01] "v"(b[0][1]),                \
    [b10] "v"(b[1][0]), [b11] "v"(b[1][1]), [b20] "v"(b[2][0]), [b21] "v"(b[2][1])

// A row's number is added straight from memory, as often as it is needed: for Zen 4, where registers that hold one
// number many times cost as much as the additions that run beside multiplications.
PAIRED_KERNEL void paired_from_memory(const float *a, const int next, const lanes b[PAIRED_GROUP][2], lanes sum[2]) {
  lanes x, y, z, w;
  __asm__("vaddps %[a0]%{1to16%}, %[b10], %[x]\n\t"
          "vaddps %[a1]%{1to16%}, %[b00], %[y]\n\t"
          "vfmadd231ps %[x], %[y], %[left]\n\t"
          "vaddps %[a0]%{1to16%}, %[b11], %[z]\n\t"
          "vaddps %[a1]%{1to16%}, %[b01], %[w]\n\t"
          "vfmadd231ps %[z], %[w], %[right]\n\t"
          "vfmadd231ps %[a2]%{1to16%}, %[b20], %[left]\n\t"
          "vfmadd231ps %[a2]%{1to16%}, %[b21], %[right]" PAIRED_OPERANDS);
}

// A row's number is loaded once: for Zen 5, whose loads are what is scarce, two of 16 floats beside two multiplications
// and two additions.
PAIRED_KERNEL void paired_from_registers(const float *a, const int next, const lanes b[PAIRED_GROUP][2], lanes sum[2]) {
  lanes x, y, z, w;
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
          "vfmadd231ps %[x], %[y], %[left]" PAIRED_OPERANDS);
}
#undef PAIRED_OPERANDS
#undef PAIRED_KERNEL
#else
INLINE void paired_from_memory(const float *a, const int next, const lanes b[PAIRED_GROUP][2], lanes sum[2]) {
  for (int j = 0; j < 2; j++) {
    sum[j] += (a[0] + b[1][j]) * (a[next] + b[0][j]);
    sum[j] += a[2 * next] * b[2][j];
  }
}
INLINE void paired_from_registers(const float *a, const int next, const lanes b[PAIRED_GROUP][2], lanes sum[2]) {
  paired_from_memory(a, next, b, sum);
}
#endif
