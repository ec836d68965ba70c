#include "include/kernels.h"
#include "dispatch.h"
#include <math.h>

KERNEL void gaze_softmax_rows(float *x, ptrdiff_t rows, ptrdiff_t columns) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns) {
    float top = x[0], sum = 0;
    for (ptrdiff_t c = 1; c < columns; c++) top = x[c] > top ? x[c] : top;
    for (ptrdiff_t c = 0; c < columns; c++) {
      x[c] = fast_exp(x[c] - top);
      sum += x[c];
    }
    const float scale = 1.0f / sum;
    for (ptrdiff_t c = 0; c < columns; c++) x[c] *= scale;
  }
}

KERNEL void gaze_softmax_rows_backward(const float *p, const float *dp, ptrdiff_t rows, ptrdiff_t columns, float *ds) {
  for (ptrdiff_t r = 0; r < rows; r++, p += columns, dp += columns, ds += columns) {
    float dot = 0;
    for (ptrdiff_t c = 0; c < columns; c++) dot += p[c] * dp[c];
    for (ptrdiff_t c = 0; c < columns; c++) ds[c] = p[c] * (dp[c] - dot);
  }
}

KERNEL void gaze_gru_step(const float *input, ptrdiff_t input_stride, const float *recurrent, const float *previous,
                          ptrdiff_t previous_stride, ptrdiff_t rows, ptrdiff_t width, float *next,
                          ptrdiff_t next_stride, float *gates, ptrdiff_t gates_stride) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    const float *x = input + r * input_stride, *u = recurrent + r * 3 * width, *h = previous + r * previous_stride;
    float *y = next + r * next_stride, *g = gates + r * gates_stride;
    for (ptrdiff_t c = 0; c < width; c++) {
      const float z = fast_sigmoid(x[c] + u[c]);
      const float reset = fast_sigmoid(x[width + c] + u[width + c]);
      const float candidate = fast_tanh(x[2 * width + c] + reset * u[2 * width + c]);
      g[c] = z;
      g[width + c] = reset;
      g[2 * width + c] = candidate;
      g[3 * width + c] = u[2 * width + c];
      y[c] = z * h[c] + (1.0f - z) * candidate;
    }
  }
}

KERNEL void gaze_gru_step_backward(float *d_state, const float *previous, ptrdiff_t previous_stride,
                                   const float *gates, ptrdiff_t gates_stride, ptrdiff_t rows, ptrdiff_t width,
                                   float *d_input, ptrdiff_t d_input_stride, float *d_recurrent,
                                   ptrdiff_t d_recurrent_stride) {
  for (ptrdiff_t r = 0; r < rows; r++) {
    float *d = d_state + r * width, *dx = d_input + r * d_input_stride, *du = d_recurrent + r * d_recurrent_stride;
    const float *h = previous + r * previous_stride, *g = gates + r * gates_stride;
    for (ptrdiff_t c = 0; c < width; c++) {
      const float z = g[c], reset = g[width + c], candidate = g[2 * width + c], u = g[3 * width + c], dy = d[c];
      const float dz = dy * (h[c] - candidate) * z * (1.0f - z);
      const float dc = dy * (1.0f - z) * (1.0f - candidate * candidate);
      const float dr = dc * u * reset * (1.0f - reset);
      dx[c] = du[c] = dz;
      dx[width + c] = du[width + c] = dr;
      dx[2 * width + c] = dc;
      du[2 * width + c] = dc * reset;
      d[c] = dy * z;
    }
  }
}

KERNEL void gaze_layer_norm(const float *x, const float *gamma, const float *beta, float epsilon, ptrdiff_t rows,
                            ptrdiff_t channels, float *y, float *normalised, float *inverse_deviation) {
  for (ptrdiff_t r = 0; r < rows; r++, x += channels, y += channels, normalised += channels) {
    float sum = 0, squares = 0;
    for (ptrdiff_t c = 0; c < channels; c++) sum += x[c];
    const float mean = sum / (float)channels;
    for (ptrdiff_t c = 0; c < channels; c++) squares += (x[c] - mean) * (x[c] - mean);
    const float inverse = 1.0f / sqrtf(squares / (float)channels + epsilon);
    inverse_deviation[r] = inverse;
    for (ptrdiff_t c = 0; c < channels; c++) {
      normalised[c] = (x[c] - mean) * inverse;
      y[c] = normalised[c] * gamma[c] + beta[c];
    }
  }
}

KERNEL void gaze_layer_norm_backward(const float *dy, const float *gamma, const float *normalised,
                                     const float *inverse_deviation, ptrdiff_t rows, ptrdiff_t channels, float *dx,
                                     float *dgamma, float *dbeta) {
  for (ptrdiff_t r = 0; r < rows; r++, dy += channels, normalised += channels, dx += channels) {
    float sum = 0, dot = 0;
    for (ptrdiff_t c = 0; c < channels; c++) {
      const float g = dy[c] * gamma[c];
      sum += g;
      dot += g * normalised[c];
      dgamma[c] += dy[c] * normalised[c];
      dbeta[c] += dy[c];
    }
    sum /= (float)channels;
    dot /= (float)channels;
    for (ptrdiff_t c = 0; c < channels; c++)
      dx[c] = inverse_deviation[r] * (dy[c] * gamma[c] - sum - normalised[c] * dot);
  }
}

KERNEL double gaze_cross_entropy(float *logits, const int32_t *targets, const float *weights, float smoothing,
                                 float scale, ptrdiff_t rows, ptrdiff_t columns, double *plain) {
  double total = 0;
  const float share = smoothing / (float)columns;
  for (ptrdiff_t r = 0; r < rows; r++, logits += columns) {
    float top = logits[0], sum = 0, all = 0;
    for (ptrdiff_t c = 1; c < columns; c++) top = logits[c] > top ? logits[c] : top;
    const float target = logits[targets[r]] - top;
    for (ptrdiff_t c = 0; c < columns; c++) {
      const float v = logits[c] - top;
      all += v;
      logits[c] = fast_exp(v);
      sum += logits[c];
    }
    const float weight = weights ? weights[r] : 1.0f, own = scale * weight;
    const float log_sum = logf(sum), factor = own / sum;
    *plain += log_sum - target;
    total += weight * (log_sum - (1.0f - smoothing) * target - share * all);
    for (ptrdiff_t c = 0; c < columns; c++) logits[c] = logits[c] * factor - own * share;
    logits[targets[r]] -= own * (1.0f - smoothing);
  }
  return total;
}

KERNEL void gaze_tanh(float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i++) x[i] = fast_tanh(x[i]);
}
