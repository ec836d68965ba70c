#pragma once
#include <spawn.h>

// What the headers show to GNU sources alone, which Swift's are not.

// Sends a signal to one thread of a process; 0, or -1 and errno.
int gaze_signal_thread(int process, int thread, int signal);

// Opens a pseudo-terminal of a size that no other program inherits, and says the path of its other side in `name`, of
// `capacity` bytes. Its descriptor, or -1 and errno.
int gaze_open_terminal(int columns, int rows, char *name, int capacity);

// Has the process started with `actions` run in a folder; 0, or an error number.
int gaze_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *folder);
