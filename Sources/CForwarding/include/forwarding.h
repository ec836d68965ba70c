#pragma once

// Libraries loaded when something first calls them, not when the program starts. Linking the large ones the usual way
// makes every start pay for them, those of commands that never call them too.
//
// A target that owns such a library lists its functions with GAZE_FORWARD. Each becomes a function of that name which
// looks the library's own up at its first call and passes the arguments on; the compiler checks the list against the
// library's header.

// The first of `names`, ended by NULL, that can be loaded; NULL when none can. May be called from any thread.
void *gaze_library(const char *const *names);

// As gaze_library; ends the program, saying so, when none can be loaded.
void *gaze_needed_library(const char *const *names);

// The function or variable `name` of `library`; ends the program, saying so, when there is none.
void *gaze_symbol(void *library, const char *name);

// Has `prepare` called before the program ends so, to make what is said readable; nothing when NULL. It is called on any
// thread.
void gaze_before_ending(void (*prepare)(void));

// LIBRARY is an expression for the loaded library; it is evaluated at every function's first call.
#define GAZE_FORWARD(LIBRARY, RESULT, NAME, PARAMETERS, ARGUMENTS)                 \
  RESULT NAME PARAMETERS {                                                         \
    static __typeof__(&NAME) found;                                                \
    __typeof__(&NAME) function = __atomic_load_n(&found, __ATOMIC_RELAXED);        \
    if (!function) {                                                               \
      function = (__typeof__(&NAME))gaze_symbol(LIBRARY, #NAME);                   \
      __atomic_store_n(&found, function, __ATOMIC_RELAXED);                        \
    }                                                                              \
    return function ARGUMENTS;                                                     \
  }
