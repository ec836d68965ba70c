#include "golden_fill.h"

void golden_fill(uint64_t origin, size_t count, double low, double high, float *values) {
  for (size_t i = 0; i < count; i++) {
    uint64_t z = origin + ((uint64_t)i + 1) * 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    z ^= z >> 31;
    values[i] = (float)(low + (high - low) * ((double)(z >> 11) * 0x1p-53));
  }
}
