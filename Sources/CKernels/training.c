#include "include/kernels.h"
#include "dispatch.h"
#include <math.h>

KERNEL(void, gaze_adam, (float *weights, const float *gradient, const float *squares, float *first_moment,
       float *second_moment, ptrdiff_t count, float gradient_scale, float alpha, float beta1, float beta2,
       float epsilon, float decay),
       (weights, gradient, squares, first_moment, second_moment, count, gradient_scale, alpha, beta1, beta2, epsilon,
       decay)) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const float g = gradient[i] * gradient_scale;
    const float m = first_moment[i] + (g - first_moment[i]) * (1.0f - beta1);
    const float q = squares ? squares[i] * gradient_scale * gradient_scale : g * g;
    const float v = second_moment[i] + (q - second_moment[i]) * (1.0f - beta2);
    first_moment[i] = m;
    second_moment[i] = v;
    weights[i] -= weights[i] * decay + alpha * m / (__builtin_sqrtf(v) + epsilon);
  }
}

// splitmix64's finaliser over a counter: every number's fate is independent of how the work is divided.
KERNEL(void, gaze_dropout, (const float *x, ptrdiff_t count, float rate, uint64_t seed, uint64_t first, float *y),
       (x, count, rate, seed, first, y)) {
  const float keep = 1.0f / (1.0f - rate);
  const uint32_t threshold = (uint32_t)(rate * 4294967296.0);
  for (ptrdiff_t i = 0; i < count; i++) {
    uint64_t z = seed + (first + (uint64_t)i) * 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    z ^= z >> 31;
    y[i] = (uint32_t)(z >> 32) < threshold ? 0.0f : x[i] * keep;
  }
}

KERNEL(void, gaze_moving_average, (const float *x, ptrdiff_t count, float rate, float *average),
       (x, count, rate, average)) {
  for (ptrdiff_t i = 0; i < count; i++) average[i] += (x[i] - average[i]) * rate;
}
