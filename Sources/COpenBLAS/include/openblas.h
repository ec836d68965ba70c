#pragma once
#include <cblas.h>

// Loads OpenBLAS, which reads OPENBLAS_CORETYPE and OPENBLAS_NUM_THREADS then; before, none of its functions may be
// called. Ends the program, saying so, where there is none. Any thread may call.
void gaze_openblas_load(void);
