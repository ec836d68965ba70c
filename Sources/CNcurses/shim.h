#pragma once
// What Swift cannot express of ncurses: variadic functions, macros that are expressions, mutable globals, and
// `cchar_t`. Stateless `static inline` functions only, so that no C target is needed.
#define NCURSES_WIDECHAR 1
#include <pty.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <wchar.h>

// Hidden by wchar.h unless X/Open features are asked for, which would change other system types.
extern int wcwidth(wchar_t character);

// term.h turns capability names into macros; these collide with Swift-visible names.
#undef lines
#undef columns
#undef tab
#undef newline

/// Opens a terminal on standard output and input.
static inline SCREEN *gaze_newterm(const char *name) { return newterm((char *)name, stdout, stdin); }
static inline WINDOW *gaze_stdscr(void) { return stdscr; }
static inline WINDOW *gaze_curscr(void) { return curscr; }
static inline int gaze_lines(void) { return LINES; }
static inline int gaze_columns(void) { return COLS; }
static inline int gaze_colors(void) { return COLORS; }
static inline int gaze_color_pairs(void) { return COLOR_PAIRS; }

static inline attr_t gaze_bold(void) { return WA_BOLD; }
static inline attr_t gaze_dim(void) { return WA_DIM; }
static inline attr_t gaze_reverse(void) { return WA_REVERSE; }
static inline attr_t gaze_underline(void) { return WA_UNDERLINE; }

/// Puts one character (with its combining marks, zero-terminated) at a place; pairs wider than 8 bits go through
/// `opts`. Nothing is drawn where the place is off the screen.
static inline int gaze_put(int row, int column, const wchar_t *text, attr_t attributes, int pair) {
  cchar_t cell;
  if (setcchar(&cell, text, attributes, (short)(pair < 32767 ? pair : 32767), &pair) == ERR) return ERR;
  return mvadd_wch(row, column, &cell);
}

/// The width of a character where the locale is UTF-8, whatever the user's own is.
static inline int gaze_width_in(locale_t utf8, wchar_t character) {
  locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
  int width = wcwidth(character);
  if (utf8) uselocale(before);
  return width;
}
/// The width of a character in the process's own locale.
static inline int gaze_width(wchar_t character) { return wcwidth(character); }
static inline locale_t gaze_utf8_locale(void) {
  locale_t found = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
  return found ? found : newlocale(LC_CTYPE_MASK, "en_US.UTF-8", (locale_t)0);
}
static inline const char *gaze_codeset(void) { return nl_langinfo(CODESET); }

/// A string capability of the current terminal, or null when it has none.
static inline const char *gaze_capability(const char *name) {
  const char *value = tigetstr(name);
  return value == (const char *)-1 ? NULL : value;
}
