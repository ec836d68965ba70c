#pragma once

// What the processor at hand can do, and how many of its cores there are.

// Which variant of each loop runs in this thread: 2 for AVX-512 (x86-64-v4: F, DQ, BW, VL, CD), 1 for AVX2 with FMA and
// F16C (x86-64-v3), 0 for neither, or for a processor that is not x86-64.
int gaze_processor_level(void);
// The same without a limit, in every thread.
int gaze_full_processor_level(void);
// Has this thread's kernels run as on a processor of at most `level`, for tests of every variant; 2 lifts the limit.
void gaze_limit_processor_level(int level);
// Whether as many additions of 16 floats run beside multiplications as there are of those, at no cost: so on AMD's
// processors with AVX-512, which have units for either.
enum gaze_additions {
  GAZE_NOT_FREE,           // or not measured
  GAZE_FREE_FROM_MEMORY,   // Zen 4 (family 19h): 12 additions and 12 multiplications take as long as 12 of one kind, but
                           // putting a number into all places of a register takes a unit too
  GAZE_FREE_IN_REGISTERS,  // Zen 5 (family 1Ah): 16.5 thousand million of both together in a second, 8.3 multiplications
};
enum gaze_additions gaze_free_additions(void);
// Processors this process may be scheduled on, at least 1.
int gaze_available_processors(void);

// Names the calling thread in the system's lists; of the name 15 bytes count.
void gaze_name_thread(const char *name);
// Tells the processor that this thread is waiting in a loop.
void gaze_pause(void);
