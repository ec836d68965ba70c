#include "forwarding.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void (*preparation)(void);

void gaze_before_ending(void (*prepare)(void)) { __atomic_store_n(&preparation, prepare, __ATOMIC_RELEASE); }

static _Noreturn void end(const char *what, const char *name, const char *reason) {
  void (*prepare)(void) = __atomic_load_n(&preparation, __ATOMIC_ACQUIRE);
  if (prepare) prepare();
  fprintf(stderr, "gaze: cannot %s %s: %s\n", what, name, reason);
  _Exit(70);
}

void *gaze_library(const char *const *names) {
  for (; *names; names++) {
    void *library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  return NULL;
}

void *gaze_needed_library(const char *const *names) {
  void *library = gaze_library(names);
  if (!library) {
    const char *reason = dlerror();
    end("load", names[0], reason ? reason : "no such library");
  }
  return library;
}

void *gaze_symbol(void *library, const char *name) {
  void *symbol = library ? dlsym(library, name) : NULL;
  if (!symbol) end("call", name, library ? "not in the library" : "the library is missing");
  return symbol;
}
