#!/usr/bin/env python3
"""Groups, attributes and chunks in the forms HDF5 has for few and for many, by old libraries and new.

    pip install h5py && python make_groups.py

damaged.h5 beside them is a model that h5py wrote for the newest libraries, with bytes changed at random: HDF5 1.10.8
frees memory twice when it opens it.
"""
import os

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))


def fill(f, members, attributes):
    f["number"] = np.float32(7)
    for i in range(members):
        f[f"many/m{i}"] = f["number"]
    for i in range(attributes):
        f["number"].attrs[f"a{i}"] = f"value {i}"


with h5py.File(f"{here}/groups_old.h5", "w", userblock_size=512) as f:
    fill(f, 300, 12)
with h5py.File(f"{here}/groups_new.h5", "w", libver="latest", track_order=True) as f:
    fill(f, 60, 60)
    f["number"].attrs["long"] = np.array([f"layer_{i}".encode() for i in range(500)])
    values = np.arange(24).reshape(4, 6) / 8 - 1
    f.create_dataset("chunks/one", data=values.astype("f4"), chunks=(4, 6), compression="gzip")
    f.create_dataset("chunks/array", data=values.astype("f4"), chunks=(2, 2))
    f["type"] = np.dtype("f4")
    named = h5py.h5d.create(f.id, b"named", f["type"].id, h5py.h5s.create_simple((3,)))
    for kind in (">f2", ">f8"):
        f[f"plain/{kind}"] = values.astype(kind)
with h5py.File(f"{here}/chunks_old.h5", "w") as f:
    f.create_dataset("lzf", data=values.astype("f4"), chunks=(4, 6), compression="lzf")
    f.create_dataset("part", (4, 6), "f4", chunks=(2, 2))[:2, :2] = 1
    f.create_dataset("edges", data=values.astype("f4"), chunks=(3, 4), shuffle=True)
