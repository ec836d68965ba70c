#include "include/kernels.h"
#include "exponentials.h"
#include <math.h>

// The largest of `count` numbers, in sixteen lanes: compilers do not divide a maximum by themselves, because of NaN.
INLINE float largest(const float *x, ptrdiff_t count) {
  enum { LANES = 16 };
  float tops[LANES], top = x[0];
  for (int j = 0; j < LANES; j++) tops[j] = x[0];
  ptrdiff_t c = 0;
  for (; c + LANES <= count; c += LANES)
    for (int j = 0; j < LANES; j++) tops[j] = x[c + j] > tops[j] ? x[c + j] : tops[j];
  for (; c < count; c++) top = x[c] > top ? x[c] : top;
  for (int j = 0; j < LANES; j++) top = tops[j] > top ? tops[j] : top;
  return top;
}

KERNEL(void, gaze_softmax_rows, (float *x, ptrdiff_t rows, ptrdiff_t columns), (x, rows, columns)) {
  for (ptrdiff_t r = 0; r < rows; r++, x += columns) {
    const float top = largest(x, columns);
    float sum = 0;
    for (ptrdiff_t c = 0; c < columns; c++) {
      x[c] = fast_exp(x[c] - top);
      sum += x[c];
    }
    const float scale = 1.0f / sum;
    for (ptrdiff_t c = 0; c < columns; c++) x[c] *= scale;
  }
}

KERNEL(void, gaze_softmax_rows_backward, (const float *p, const float *dp, ptrdiff_t rows, ptrdiff_t columns,
       float *ds), (p, dp, rows, columns, ds)) {
  for (ptrdiff_t r = 0; r < rows; r++, p += columns, dp += columns, ds += columns) {
    float dot = 0;
    ELEMENTWISE
    for (ptrdiff_t c = 0; c < columns; c++) dot += p[c] * dp[c];
    ELEMENTWISE
    for (ptrdiff_t c = 0; c < columns; c++) ds[c] = p[c] * (dp[c] - dot);
  }
}

// As parameters the parts of one row are known not to overlap; where the rows of one array lie between those of another,
// compilers cannot find that out for all rows at once, and take the loop's scalar twin.
INLINE void gru_row(const float *restrict x, const float *restrict u, const float *restrict h, ptrdiff_t width,
                    ptrdiff_t units, float *restrict y, float *restrict g) {
  for (ptrdiff_t c = 0; c < units; c++) {
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

WIDE_KERNEL(void, gaze_gru_step, (const float *input, const float *recurrent, const float *previous, ptrdiff_t rows,
            ptrdiff_t width, ptrdiff_t units, float *next, float *gates),
            (input, recurrent, previous, rows, width, units, next, gates)) {
  for (ptrdiff_t r = 0; r < rows; r++)
    gru_row(input + r * 3 * width, recurrent + r * 3 * width, previous + r * width, width, units, next + r * width,
            gates + r * 4 * width);
}

INLINE void gru_row_backward(float *restrict d, const float *restrict h, const float *restrict g, ptrdiff_t width,
                             ptrdiff_t units, float *restrict dx, float *restrict du) {
  for (ptrdiff_t c = 0; c < units; c++) {
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

WIDE_KERNEL(void, gaze_gru_step_backward, (float *d_state, const float *previous, const float *gates, ptrdiff_t rows,
            ptrdiff_t width, ptrdiff_t units, float *d_input, float *d_recurrent),
            (d_state, previous, gates, rows, width, units, d_input, d_recurrent)) {
  for (ptrdiff_t r = 0; r < rows; r++)
    gru_row_backward(d_state + r * width, previous + r * width, gates + r * 4 * width, width, units,
                     d_input + r * 3 * width, d_recurrent + r * 3 * width);
}

// Mean and 1/deviation of a row.
INLINE void row_moments(const float *x, ptrdiff_t channels, float epsilon, float *mean, float *inverse) {
  float sum = 0, squares = 0;
  for (ptrdiff_t c = 0; c < channels; c++) sum += x[c];
  *mean = sum / (float)channels;
  for (ptrdiff_t c = 0; c < channels; c++) squares += (x[c] - *mean) * (x[c] - *mean);
  *inverse = 1.0f / sqrtf(squares / (float)channels + epsilon);
}

KERNEL(void, gaze_layer_norm, (const float *x, const float *gamma, const float *beta, float epsilon, ptrdiff_t rows,
       ptrdiff_t channels, float *y, float *normalised, float *inverse_deviation),
       (x, gamma, beta, epsilon, rows, channels, y, normalised, inverse_deviation)) {
  for (ptrdiff_t r = 0; r < rows; r++, x += channels, y += channels, normalised += channels) {
    float mean, inverse;
    row_moments(x, channels, epsilon, &mean, &inverse);
    inverse_deviation[r] = inverse;
    for (ptrdiff_t c = 0; c < channels; c++) {
      normalised[c] = (x[c] - mean) * inverse;
      y[c] = normalised[c] * gamma[c] + beta[c];
    }
  }
}

KERNEL(void, gaze_normalize_rows, (const float *x, const float *gamma, const float *beta, float epsilon,
       ptrdiff_t rows, ptrdiff_t channels, float *y),
       (x, gamma, beta, epsilon, rows, channels, y)) {
  for (ptrdiff_t r = 0; r < rows; r++, x += channels, y += channels) {
    float mean, inverse;
    row_moments(x, channels, epsilon, &mean, &inverse);
    ELEMENTWISE
    for (ptrdiff_t c = 0; c < channels; c++) y[c] = (x[c] - mean) * inverse * gamma[c] + beta[c];
  }
}

KERNEL(void, gaze_layer_norm_backward, (const float *dy, const float *gamma, const float *normalised,
       const float *inverse_deviation, ptrdiff_t rows, ptrdiff_t channels, float *dx, float *dgamma, float *dbeta),
       (dy, gamma, normalised, inverse_deviation, rows, channels, dx, dgamma, dbeta)) {
  for (ptrdiff_t r = 0; r < rows; r++, dy += channels, normalised += channels, dx += channels) {
    float sum = 0, dot = 0;
    ELEMENTWISE
    for (ptrdiff_t c = 0; c < channels; c++) {
      const float g = dy[c] * gamma[c];
      sum += g;
      dot += g * normalised[c];
      dgamma[c] += dy[c] * normalised[c];
      dbeta[c] += dy[c];
    }
    sum /= (float)channels;
    dot /= (float)channels;
    ELEMENTWISE
    for (ptrdiff_t c = 0; c < channels; c++)
      dx[c] = inverse_deviation[r] * (dy[c] * gamma[c] - sum - normalised[c] * dot);
  }
}

WIDE_KERNEL(double, gaze_cross_entropy, (float *logits, const int32_t *targets, const float *weights, float smoothing,
            float scale, ptrdiff_t rows, ptrdiff_t columns, double *plain),
            (logits, targets, weights, smoothing, scale, rows, columns, plain)) {
  double total = 0;
  const float share = smoothing / (float)columns;
  for (ptrdiff_t r = 0; r < rows; r++, logits += columns) {
    const float top = largest(logits, columns);
    float sum = 0, all = 0;
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

KERNEL(void, gaze_tanh, (float *x, ptrdiff_t count), (x, count)) {
  for (ptrdiff_t i = 0; i < count; i++) x[i] = fast_tanh(x[i]);
}
