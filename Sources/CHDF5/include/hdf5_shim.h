#pragma once
#if __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#else
#include <hdf5.h>
#endif
#include <stdio.h>

// Loads HDF5. Whether it can be; until it is, none of its functions may be called. Any thread may call.
int gaze_h5_loads(void);

// What Swift cannot import: macros that call functions, and names whose meaning depends on the library's version.

hid_t gaze_h5_native_float(void);
static inline unsigned gaze_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline hid_t gaze_h5_default(void) { return H5P_DEFAULT; }
static inline hid_t gaze_h5_everything(void) { return H5S_ALL; }

// The library prints its errors unless told not to; the setting is the calling thread's.
static inline void gaze_h5_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

// 1 when the link number `index` by name leads to an object of this file by its address, 0 when to another file or by
// a path, negative on failure.
static inline int gaze_h5_is_hard_link(hid_t group, hsize_t index) {
  H5L_info_t info;
  if (H5Lget_info_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, &info, H5P_DEFAULT) < 0) return -1;
  return info.type == H5L_TYPE_HARD;
}

// Copies the description of the error that came first, "" when there is none.
typedef struct {
  char *text;
  size_t size;
} gaze_h5_text;
static inline herr_t gaze_h5_first_error(unsigned n, const H5E_error2_t *error, void *argument) {
  gaze_h5_text *target = (gaze_h5_text *)argument;
  if (n == 0) snprintf(target->text, target->size, "%s", error->desc ? error->desc : "");
  return 0;
}
static inline void gaze_h5_message(char *text, size_t size) {
  gaze_h5_text target = {text, size};
  if (size > 0) text[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, gaze_h5_first_error, &target);
}

// 1 when a dataset's numbers lie in this file, 0 when in others, negative on failure.
static inline int gaze_h5_is_stored_here(hid_t dataset) {
  hid_t properties = H5Dget_create_plist(dataset);
  if (properties < 0) return -1;
  int layout = H5Pget_layout(properties);
  int files = H5Pget_external_count(properties);
  H5Pclose(properties);
  return layout < 0 || files < 0 ? -1 : layout != H5D_VIRTUAL && files == 0;
}
