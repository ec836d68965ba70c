#include "hdf5_shim.h"

#include <forwarding.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void *library;

static void load(void) {
  // Debian's names, then everyone else's.
  static const char *const names[] = {
      "libhdf5_serial.so", "libhdf5_serial.so.310", "libhdf5_serial.so.103", "libhdf5.so", NULL};
  library = gaze_library(names);
}

int gaze_h5_loads(void) {
  pthread_once(&once, load);
  return library != NULL;
}

hid_t gaze_h5_native_float(void) {
  H5open();
  return *(__typeof__(&H5T_NATIVE_FLOAT_g))gaze_symbol(library, "H5T_NATIVE_FLOAT_g");
}

#define FORWARD(RESULT, NAME, PARAMETERS, ARGUMENTS) GAZE_FORWARD(library, RESULT, NAME, PARAMETERS, ARGUMENTS)
FORWARD(herr_t, H5Aclose, (hid_t attr_id), (attr_id))
FORWARD(htri_t, H5Aexists, (hid_t obj_id, const char *attr_name), (obj_id, attr_name))
FORWARD(hid_t, H5Aget_space, (hid_t attr_id), (attr_id))
FORWARD(hid_t, H5Aget_type, (hid_t attr_id), (attr_id))
FORWARD(hid_t, H5Aopen, (hid_t obj_id, const char *attr_name, hid_t aapl_id), (obj_id, attr_name, aapl_id))
FORWARD(herr_t, H5Aread, (hid_t attr_id, hid_t type_id, void *buf), (attr_id, type_id, buf))
FORWARD(herr_t, H5Dclose, (hid_t dset_id), (dset_id))
FORWARD(hid_t, H5Dget_create_plist, (hid_t dset_id), (dset_id))
FORWARD(hid_t, H5Dget_space, (hid_t dset_id), (dset_id))
FORWARD(herr_t, H5Dget_space_status, (hid_t dset_id, H5D_space_status_t *allocation), (dset_id, allocation))
FORWARD(hid_t, H5Dget_type, (hid_t dset_id), (dset_id))
FORWARD(hid_t, H5Dopen2, (hid_t loc_id, const char *name, hid_t dapl_id), (loc_id, name, dapl_id))
FORWARD(herr_t, H5Dread,
  (hid_t dset_id, hid_t mem_type_id, hid_t mem_space_id, hid_t file_space_id, hid_t dxpl_id, void *buf),
  (dset_id, mem_type_id, mem_space_id, file_space_id, dxpl_id, buf))
FORWARD(herr_t, H5Dvlen_reclaim, (hid_t type_id, hid_t space_id, hid_t dxpl_id, void *buf),
  (type_id, space_id, dxpl_id, buf))
FORWARD(herr_t, H5Eset_auto2, (hid_t estack_id, H5E_auto2_t func, void *client_data), (estack_id, func, client_data))
FORWARD(herr_t, H5Ewalk2, (hid_t err_stack, H5E_direction_t direction, H5E_walk2_t func, void *client_data),
  (err_stack, direction, func, client_data))
FORWARD(herr_t, H5Fclose, (hid_t file_id), (file_id))
FORWARD(hid_t, H5Fopen, (const char *filename, unsigned flags, hid_t fapl_id), (filename, flags, fapl_id))
FORWARD(herr_t, H5Gget_info, (hid_t loc_id, H5G_info_t *ginfo), (loc_id, ginfo))
FORWARD(H5I_type_t, H5Iget_type, (hid_t id), (id))
FORWARD(ssize_t, H5Lget_name_by_idx,
  (hid_t loc_id, const char *group_name, H5_index_t idx_type, H5_iter_order_t order, hsize_t n, char *name,
   size_t size, hid_t lapl_id),
  (loc_id, group_name, idx_type, order, n, name, size, lapl_id))
FORWARD(herr_t, H5Oclose, (hid_t object_id), (object_id))
FORWARD(hid_t, H5Oopen, (hid_t loc_id, const char *name, hid_t lapl_id), (loc_id, name, lapl_id))
FORWARD(herr_t, H5Pclose, (hid_t plist_id), (plist_id))
FORWARD(int, H5Pget_external_count, (hid_t plist_id), (plist_id))
FORWARD(H5D_layout_t, H5Pget_layout, (hid_t plist_id), (plist_id))
FORWARD(herr_t, H5Sclose, (hid_t space_id), (space_id))
FORWARD(int, H5Sget_simple_extent_dims, (hid_t space_id, hsize_t dims[], hsize_t maxdims[]),
  (space_id, dims, maxdims))
FORWARD(hssize_t, H5Sget_simple_extent_npoints, (hid_t space_id), (space_id))
FORWARD(herr_t, H5Tclose, (hid_t type_id), (type_id))
FORWARD(H5T_class_t, H5Tget_class, (hid_t type_id), (type_id))
FORWARD(size_t, H5Tget_size, (hid_t type_id), (type_id))
FORWARD(H5T_str_t, H5Tget_strpad, (hid_t type_id), (type_id))
FORWARD(htri_t, H5Tis_variable_str, (hid_t type_id), (type_id))
FORWARD(herr_t, H5open, (void), ())
FORWARD(herr_t, H5Lget_info_by_idx,
  (hid_t group, const char *name, H5_index_t index, H5_iter_order_t order, hsize_t n, H5L_info_t *info, hid_t access),
  (group, name, index, order, n, info, access))
FORWARD(herr_t, H5check_version, (unsigned major, unsigned minor, unsigned release), (major, minor, release))
