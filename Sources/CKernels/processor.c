#define _GNU_SOURCE
#include "include/processor.h"
#include <pthread.h>
#include <sched.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

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

static enum gaze_additions look_up_additions(void) {
#if defined(__x86_64__)
  unsigned highest, ebx, ecx, edx, version;
  if (gaze_full_processor_level() < 2 || !__get_cpuid(0, &highest, &ebx, &ecx, &edx)) return GAZE_NOT_FREE;
  if (ebx != signature_AMD_ebx || !__get_cpuid(1, &version, &ebx, &ecx, &edx)) return GAZE_NOT_FREE;
  // By its number: compilers' names for families are younger than the families.
  const unsigned family = (version >> 8 & 0xf) + (version >> 20 & 0xff);
  return family < 0x19 ? GAZE_NOT_FREE : family == 0x19 ? GAZE_FREE_FROM_MEMORY : GAZE_FREE_IN_REGISTERS;
#else
  return GAZE_NOT_FREE;
#endif
}

// Kept, because virtual machines answer slowly.
enum gaze_additions gaze_free_additions(void) {
  static int found = -1;
  int additions = __atomic_load_n(&found, __ATOMIC_RELAXED);
  if (additions < 0) {
    additions = (int)look_up_additions();
    __atomic_store_n(&found, additions, __ATOMIC_RELAXED);
  }
  return (enum gaze_additions)additions;
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
