#define _GNU_SOURCE
#include "processes.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int gaze_signal_thread(int process, int thread, int signal) {
  return (int)syscall(SYS_tgkill, process, thread, signal);
}

int gaze_open_terminal(int columns, int rows, char *name, int capacity) {
  struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
  int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) return -1;
  if (grantpt(terminal) || unlockpt(terminal) || ptsname_r(terminal, name, (size_t)capacity) ||
      ioctl(terminal, TIOCSWINSZ, &size)) {
    close(terminal);
    return -1;
  }
  return terminal;
}

int gaze_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np(actions, folder);
}
