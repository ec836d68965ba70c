#!/usr/bin/env python3
"""Makes resized.json: what Pillow makes of a picture of noise in many sizes, wide and tall, whose levels follow from a rule
that ResizedPictureTests.swift has too.

    pip install pillow==13.0.0
    make_resized.py    # writes beside itself
"""
import json, os
from PIL import Image

filters = {"lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}
# source width × height, target width × height
sizes = [(9, 40, 6, 7), (10, 31, 4, 18), (10, 30, 4, 18), (10, 29, 4, 18), (7, 33, 14, 12), (12, 8, 5, 3), (40, 9, 7, 6), (6, 11, 9, 13), (5, 23, 5, 8), (13, 20, 13, 20), (8, 20, 3, 9), (8, 20, 3, 10)]


def picture(width, height):
    levels = bytes((x * 37 + y * 91 + c * 53 + (x * y * 29) % 97 + (x * x * y) % 31 * 5) % 256 for y in range(height) for x in range(width) for c in range(3))
    return Image.frombytes("RGB", (width, height), levels)


rows = []
for name, number in filters.items():
    for width, height, w, h in sizes:
        levels = picture(width, height).resize((w, h), number).tobytes()
        rows.append({"filter": number, "width": width, "height": height, "to_width": w, "to_height": h, "levels": list(levels)})
here = os.path.dirname(os.path.abspath(__file__))
json.dump(rows, open(os.path.join(here, "resized.json"), "w"), separators=(",", ":"))
