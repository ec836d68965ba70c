#!/usr/bin/env python3
"""JPEGs of odd sizes and samplings, and what tf.io.decode_jpeg makes of them (as PNG).

    pip install tensorflow-cpu pillow numpy
    make_jpeg.py OUT_DIR
"""
import os, sys
import numpy as np, tensorflow as tf
from PIL import Image

out = sys.argv[1]
for height, width, sampling, quality in ((53, 37, 0, 90), (48, 65, 1, 75), (91, 77, 2, 82), (40, 64, 2, 30), (17, 90, 0, 60)):
    r = np.random.default_rng(height)
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 60 * np.sin(x / (3 + c) + y / (7 - c)) + 50 * np.cos((x - y) / (5 + 3 * c)) for c in range(3)]
    pixels = np.clip(np.stack(waves, -1) + r.normal(0, 12, (height, width, 3)), 0, 255).astype(np.uint8)
    name = os.path.join(out, f"tf_{height}x{width}_{['444', '422', '420'][sampling]}")
    Image.fromarray(pixels).save(name + ".jpg", quality=quality, subsampling=sampling)
    Image.fromarray(tf.io.decode_jpeg(tf.io.read_file(name + ".jpg"), channels=3).numpy()).save(name + ".png")
