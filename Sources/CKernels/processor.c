#define _GNU_SOURCE
#include "include/processor.h"
#include <pthread.h>
#include <sched.h>

// What gaze_limit_processor_level sets.
static _Thread_local int limit = 2;

void gaze_limit_processor_level(int level) { limit = level; }

static int look_up_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return 2;
  if (__builtin_cpu_supports("x86-64-v3")) return 1;
#endif
  return 0;
}

// Looked up by the first thread that asks, and by others that ask meanwhile: all find the same.
int gaze_full_processor_level(void) {
  static int found = -1;
  int level = __atomic_load_n(&found, __ATOMIC_RELAXED);
  if (level < 0) {
    level = look_up_level();
    __atomic_store_n(&found, level, __ATOMIC_RELAXED);
  }
  return level;
}

int gaze_processor_level(void) {
  const int level = gaze_full_processor_level();
  return level < limit ? level : limit;
}

int gaze_additions_are_free(void) {
#if defined(__x86_64__)
  return gaze_full_processor_level() == 2 && __builtin_cpu_is("amdfam19h");
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

void gaze_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

void gaze_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}
