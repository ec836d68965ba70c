#define _GNU_SOURCE
#include "include/kernels.h"
#include <sched.h>

int gaze_processor_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd"))
    return 2;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
  return 0;
}

int gaze_additions_are_free(void) {
#if defined(__x86_64__)
  return gaze_processor_level() == 2 && __builtin_cpu_is("amdfam19h");
#else
  return 0;
#endif
}

int gaze_available_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  const int count = CPU_COUNT(&set);
  return count < 1 ? 1 : count;
}

void gaze_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}
