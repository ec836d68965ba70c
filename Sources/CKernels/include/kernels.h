#pragma once
#include <stddef.h>
#include <stdint.h>

// The loops BLAS does not do. All arrays are row-major float32; sizes are counts of floats, never bytes.
// Legend: rows = everything but the last dimension, channels = the last dimension.
// Every function has a naive twin (Tests/TestSupport) and a test against it at each level of gaze_processor_level.

// --- Convolution (convolution.c) -------------------------------------------------------------------------------
typedef struct {
  int height, width, channels;          // input
  int kernel_height, kernel_width;
  int stride_height, stride_width;
  int pad_top, pad_left;
  int output_height, output_width;
} gaze_window;

// Writes rows [first, first + count) of the patch matrix [B·Ho·Wo, kh·kw·C] of the batch `input`.
void gaze_patches(const float *input, gaze_window window, ptrdiff_t first, ptrdiff_t count, float *patches);
// Adds patch rows [first, first + count), all within the batch, back onto `input_gradient`.
void gaze_add_patches(const float *patches, gaze_window window, ptrdiff_t first, ptrdiff_t count,
                      float *input_gradient);

// --- Rows and channels (rows.c) --------------------------------------------------------------------------------
// y = relu?(x + bias[channel] + residual?); residual may be NULL; x may be y.
void gaze_bias_residual_relu(const float *x, const float *bias, const float *residual, int relu, ptrdiff_t rows,
                             ptrdiff_t channels, float *y);
// y = relu?(x·scale[channel] + shift[channel] + residual?).
void gaze_scale_shift(const float *x, const float *scale, const float *shift, const float *residual, int relu,
                      ptrdiff_t rows, ptrdiff_t channels, float *y);
// sum[channel] and sum_of_squares[channel] of x − center[channel] over the rows.
void gaze_channel_moments(const float *x, const float *center, ptrdiff_t rows, ptrdiff_t channels, double *sum,
                          double *sum_of_squares);
// sum[channel] over the rows, which are `stride` floats apart, added to `sum`.
void gaze_add_channel_sums(const float *x, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t channels, float *sum);
// dz = dy where y > 0, else 0. dz may be dy.
void gaze_relu_backward(const float *y, const float *dy, ptrdiff_t count, float *dz);
// sum_dy[channel] = Σ dz, sum_dy_x[channel] = Σ dz·(x − mean)·inverse_deviation.
void gaze_batch_norm_sums(const float *dz, const float *x, const float *mean, const float *inverse_deviation,
                          ptrdiff_t rows, ptrdiff_t channels, double *sum_dy, double *sum_dy_x);
// dx = a[channel]·dz + b[channel]·x + c[channel].
void gaze_batch_norm_apply(const float *dz, const float *x, const float *a, const float *b, const float *c,
                           ptrdiff_t rows, ptrdiff_t channels, float *dx);
// 2×2 average pooling, stride 2, of one image; height and width even.
void gaze_average_pool_2x2(const float *x, int height, int width, int channels, float *y);
// dx = dy/4 spread over each 2×2 window; overwrites dx.
void gaze_average_pool_2x2_backward(const float *dy, int height, int width, int channels, float *dx);
// y += x.
void gaze_add(const float *x, ptrdiff_t count, float *y);
// [rows, columns] → [columns, rows]; the rows of x and of y are ldx and ldy floats apart.
void gaze_transpose(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t columns, float *y, ptrdiff_t ldy);
// y += x².
void gaze_add_squares(const float *x, ptrdiff_t count, float *y);
// Σ x².
double gaze_sum_of_squares(const float *x, ptrdiff_t count);

// --- Sequence network (sequence.c) -----------------------------------------------------------------------------
// In-place softmax of each row.
void gaze_softmax_rows(float *x, ptrdiff_t rows, ptrdiff_t columns);
// ds = p·(dp − Σ p·dp) of each row; ds may be dp.
void gaze_softmax_rows_backward(const float *p, const float *dp, ptrdiff_t rows, ptrdiff_t columns, float *ds);
// One GRU step (reset_after), gates z, r, h. input and recurrent: [rows, 3·width] with their biases added; previous,
// next: [rows, width]; gates keeps z, r, candidate and recurrent_h: [rows, 4·width]. Both steps do the first `units` of
// each row's units; pointers moved by a unit begin at that unit.
void gaze_gru_step(const float *input, const float *recurrent, const float *previous, ptrdiff_t rows, ptrdiff_t width,
                   ptrdiff_t units, float *next, float *gates);
// d_state: gradient of `next` on entry, the direct part of the gradient of `previous` on return.
void gaze_gru_step_backward(float *d_state, const float *previous, const float *gates, ptrdiff_t rows,
                            ptrdiff_t width, ptrdiff_t units, float *d_input, float *d_recurrent);
// Layer normalisation over the last dimension; keeps 1/deviation and the normalised value for backward.
void gaze_layer_norm(const float *x, const float *gamma, const float *beta, float epsilon, ptrdiff_t rows,
                     ptrdiff_t channels, float *y, float *normalised, float *inverse_deviation);
// The same where nothing goes back through it; y may be x.
void gaze_normalize_rows(const float *x, const float *gamma, const float *beta, float epsilon, ptrdiff_t rows,
                         ptrdiff_t channels, float *y);
// dx overwritten; dgamma and dbeta accumulate.
void gaze_layer_norm_backward(const float *dy, const float *gamma, const float *normalised,
                              const float *inverse_deviation, ptrdiff_t rows, ptrdiff_t channels, float *dx,
                              float *dgamma, float *dbeta);
// Softmax cross-entropy with label smoothing, fused with its gradient: the logits of row r are replaced by
// scale·weights[r]·(softmax − target distribution); weights may be NULL for 1 everywhere. Returns the sum over rows of
// the weighted (smoothed) loss; adds the sum of −log p(target), neither weighted nor smoothed, to *plain.
double gaze_cross_entropy(float *logits, const int32_t *targets, const float *weights, float smoothing, float scale,
                          ptrdiff_t rows, ptrdiff_t columns, double *plain);
void gaze_tanh(float *x, ptrdiff_t count);

// --- Training (training.c) -------------------------------------------------------------------------------------
// Keras' Adam with decoupled weight decay: alpha = lr·√(1−β₂ᵗ)/(1−β₁ᵗ); gradient is multiplied by gradient_scale.
// squares: what goes into the second moment (times gradient_scale²), or NULL for gradient².
void gaze_adam(float *weights, const float *gradient, const float *squares, float *first_moment,
               float *second_moment, ptrdiff_t count, float gradient_scale, float alpha, float beta1, float beta2,
               float epsilon, float decay);
// Zeroes each number with probability `rate` and divides the rest by 1 − rate; the choice is a pure function of
// (seed, first + index), so backward repeats it.
void gaze_dropout(const float *x, ptrdiff_t count, float rate, uint64_t seed, uint64_t first, float *y);
// average += (x − average)·rate.
void gaze_moving_average(const float *x, ptrdiff_t count, float rate, float *average);
