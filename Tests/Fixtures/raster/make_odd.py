#!/usr/bin/env python3
"""Tiny TIFF files with samples beside the colours, as other programs write them; needs tifffile, Pillow and ImageMagick.

    python3 make_odd.py        writes beside itself

Colours are those of make_formats.py; grey is 32 x. Alpha is 64 y + 63, so 63, 127, 191 and 255, and not multiplied into
the colours. deep_planar.tiff has 16-bit samples, those levels times 257, each on its own, in tiles. unspecified.tiff has
those numbers in a fourth sample of no stated meaning. Pillow reads grey_alpha.tiff, magick_alpha.tiff and deep_planar.tiff's
colours as said here.
"""
import os
import subprocess

import numpy
import tifffile
from PIL import Image

WIDTH, HEIGHT = 8, 4
FOLDER = os.path.dirname(os.path.abspath(__file__))


def path(name): return os.path.join(FOLDER, name)


y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
alpha = (64 * y + 63).astype(numpy.uint8)
grey = numpy.stack([32 * x, alpha], -1).astype(numpy.uint8)
color = numpy.stack([32 * x, 64 * y, 255 - 32 * x, alpha], -1).astype(numpy.uint8)

PLAIN = dict(metadata=None, software=False)
tifffile.imwrite(path("grey_alpha.tiff"), grey, photometric="minisblack", extrasamples=["unassalpha"], **PLAIN)
tifffile.imwrite(path("unspecified.tiff"), color, photometric="rgb", extrasamples=["unspecified"], **PLAIN)
tifffile.imwrite(
    path("deep_planar.tiff"), numpy.moveaxis(color.astype(numpy.uint16) * 257, -1, 0), photometric="rgb",
    planarconfig="separate", extrasamples=["unassalpha"], tile=(16, 16), compression="zlib", bigtiff=True, **PLAIN)
Image.fromarray(grey, "LA").save(path("magick.png"))
subprocess.run(["convert", path("magick.png"), "-compress", "none", path("magick_alpha.tiff")], check=True)
os.remove(path("magick.png"))
