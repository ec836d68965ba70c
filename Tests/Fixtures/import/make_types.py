#!/usr/bin/env python3
"""Datasets, attributes and links of many kinds in one HDF5 file.

    pip install h5py && python make_types.py
"""
import os

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
values = np.arange(24).reshape(2, 3, 4) / 8 - 1  # exact in every width
with h5py.File(f"{here}/types.h5", "w") as f:
    for kind in ("f2", "f4", "f8", ">f4", "i4"):
        f[f"plain/{kind}"] = values.astype(kind)
    f.create_dataset("plain/gzip", data=np.tile(values, (50, 1, 1)).astype("f8"), chunks=(7, 2, 3), compression="gzip",
                     shuffle=True, fletcher32=True)
    f["plain/scalar"] = np.float32(7)
    f["plain/empty"] = np.zeros((0, 3), "f4")
    f.create_dataset("odd/unwritten", (4,), "f4")
    f.create_dataset("odd/outside", (4,), "f4", external=[("elsewhere.bin", 0, 16)])
    f["odd/text"] = "words"
    f["links/soft"] = h5py.SoftLink("/plain/f4")
    f["links/external"] = h5py.ExternalLink("other.h5", "/x")
    f["links/hard"] = f["plain/f4"]
    f["names/10"], f["names/9"], f["names/é ü"] = np.float32(0), np.float32(0), np.float32(0)
    f.attrs["fixed"] = np.array([b"one", b"three", b""])
    f.attrs["variable"] = ["one", "thr\u00e9e", ""]
    f.attrs["single"] = "alone"
    f.attrs["nothing"] = np.array([])
    f.attrs["numbers"] = np.arange(3)
