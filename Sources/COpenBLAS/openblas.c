#include "openblas.h"

#include <forwarding.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void *library;

static void load(void) {
  static const char *const names[] = {"libopenblas.so", "libopenblas.so.0", NULL};
  library = gaze_needed_library(names);
}

void gaze_openblas_load(void) { pthread_once(&once, load); }

#define FORWARD(RESULT, NAME, PARAMETERS, ARGUMENTS) GAZE_FORWARD(library, RESULT, NAME, PARAMETERS, ARGUMENTS)
FORWARD(void, openblas_set_num_threads, (int count), (count))
FORWARD(char *, openblas_get_config, (void), ())
FORWARD(char *, openblas_get_corename, (void), ())
FORWARD(void, cblas_sgemm,
  (const enum CBLAS_ORDER order, const enum CBLAS_TRANSPOSE transA, const enum CBLAS_TRANSPOSE transB, const blasint m,
   const blasint n, const blasint k, const float alpha, const float *a, const blasint lda, const float *b,
   const blasint ldb, const float beta, float *c, const blasint ldc),
  (order, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc))
