#include "forwarding.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

void *gaze_library(const char *const *names) {
  for (; *names; names++) {
    void *library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  return NULL;
}

void *gaze_symbol(void *library, const char *name) {
  void *symbol = library ? dlsym(library, name) : NULL;
  if (!symbol) {
    fprintf(stderr, "gaze: cannot call %s: %s\n", name, library ? "not in the library" : "the library is missing");
    _Exit(70);
  }
  return symbol;
}
