#pragma once
#include <mpi.h>

// What Swift cannot say: MPI's handles are macros. Errors end all ranks, as MPI has it unless told otherwise.

/// Joins the run that this process was started for; to be called once, by the thread that calls the others.
static inline int gaze_mpi_join(int *rank, int *count) {
  int level;
  if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS) return 0;
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  MPI_Comm_size(MPI_COMM_WORLD, count);
  return 1;
}

static inline void gaze_mpi_sum_floats(float *numbers, int count) {
  MPI_Allreduce(MPI_IN_PLACE, numbers, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
}

static inline void gaze_mpi_sum_doubles(double *numbers, int count) {
  MPI_Allreduce(MPI_IN_PLACE, numbers, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

static inline void gaze_mpi_leave(void) { MPI_Finalize(); }
