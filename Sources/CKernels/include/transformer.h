#pragma once
#include <stddef.h>

// The loops of transformers. All arrays are row-major float32; sizes are counts of floats.

// How a file's numbers are stored: binary32, or 16 bits of any alignment (halfprecision.h).
typedef enum { GAZE_FLOAT32, GAZE_FLOAT16, GAZE_BFLOAT16 } gaze_number_type;

// Few rows times a matrix as files hold it, [outputs, depth], each row of it read once and forwards:
// y[r, o] = Σ x[r, i]·w[o, i] + bias[o]. bias may be NULL. A row of x gives the same bits alone and among others.
void gaze_dot_products(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, const void *w,
                       gaze_number_type type, ptrdiff_t ldw, ptrdiff_t outputs, const float *bias, float *y,
                       ptrdiff_t ldy);
// Few rows times a matrix held the other way round, [depth, outputs] with rows `ldw` apart: y[r, o] += Σ x[r, i]·w[i, o].
void gaze_add_products(const float *x, ptrdiff_t ldx, ptrdiff_t rows, ptrdiff_t depth, const void *w,
                       gaze_number_type type, ptrdiff_t ldw, ptrdiff_t outputs, float *y, ptrdiff_t ldy);
// x·Φ(x), Φ the normal distribution, in place: exactly (to a few units in the last place) or, with `by_tanh`, by GPT-2's
// ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
void gaze_gelu(float *x, ptrdiff_t count, int by_tanh);
// Attention of `heads` queries of `size` floats each, one behind the other, to `count` keys and values that lie apart:
// y = softmax(q·keys)·values for each head. `weights` has room for `count`.
void gaze_attend_apart(const float *q, const float *const *keys, const float *const *values, ptrdiff_t count,
                       ptrdiff_t heads, ptrdiff_t size, float *weights, float *y);
