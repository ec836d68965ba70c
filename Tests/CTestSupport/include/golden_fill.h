#pragma once
#include <stddef.h>
#include <stdint.h>

// values[i] = low + (high − low)·u(origin + i·0x9E3779B97F4A7C15), u the splitmix64 hash as a fraction in [0, 1).
void golden_fill(uint64_t origin, size_t count, double low, double high, float *values);
