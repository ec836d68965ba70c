#pragma once
#include <cblas.h>

// Loads OpenBLAS, which reads OPENBLAS_CORETYPE and OPENBLAS_NUM_THREADS then. Whether it can be; until it is, none of
// its functions may be called. Any thread may call.
int gaze_openblas_loads(void);
