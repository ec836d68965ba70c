#pragma once
#include <mpi.h>
#include <stdlib.h>

// What Swift cannot say: MPI's handles are macros. Errors end all ranks, as MPI has it unless told otherwise. All is called
// by one thread.

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

/// Sums that were begun and not waited for.
enum { gaze_mpi_most_begun = 256 };
struct gaze_mpi_sums {
  int count;
  MPI_Request begun[gaze_mpi_most_begun];
};

/// To be given to the functions below, and never let go of.
static inline void *gaze_mpi_make_sums(void) { return calloc(1, sizeof(struct gaze_mpi_sums)); }

static inline void gaze_mpi_finish_sums(void *place) {
  struct gaze_mpi_sums *sums = (struct gaze_mpi_sums *)place;
  MPI_Waitall(sums->count, sums->begun, MPI_STATUSES_IGNORE);
  sums->count = 0;
}

static inline void gaze_mpi_begin_sum(void *place, float *numbers, int count) {
  struct gaze_mpi_sums *sums = (struct gaze_mpi_sums *)place;
  if (sums->count == gaze_mpi_most_begun) gaze_mpi_finish_sums(place);
  MPI_Iallreduce(MPI_IN_PLACE, numbers, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD, &sums->begun[sums->count]);
  sums->count += 1;
  // Numbers travel on while one asks for them.
  int done;
  MPI_Testall(sums->count, sums->begun, &done, MPI_STATUSES_IGNORE);
  if (done) sums->count = 0;
}

static inline void gaze_mpi_leave(void) { MPI_Finalize(); }
