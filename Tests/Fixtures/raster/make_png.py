#!/usr/bin/env python3
"""Tiny PNG files of every kind the decoder must read; needs Python's standard library only.

    python3 make_png.py        writes beside itself

All are 8 columns by 4 rows. Column x, row y holds red = 32 x, green = 64 y, blue = 255 - 32 x (grey: 32 x) out of 255,
16-bit samples are those times 257. alpha.png is opaque in columns 0-3 and wholly transparent in 4-7. palette.png numbers
its colours x + 8 y; colour 31 is transparent. linear.png is grey 16-bit and says its gamma is 1.
"""
import os
import struct
import zlib

WIDTH, HEIGHT = 8, 4
FOLDER = os.path.dirname(os.path.abspath(__file__))


def red(x, y): return 32 * x
def green(x, y): return 64 * y
def blue(x, y): return 255 - 32 * x


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def write(name, depth, color, pixel, before=b"", passes=((0, 0, 1, 1),)):
    """pixel(x, y) gives a pixel's bytes; passes are (x0, y0, dx, dy)."""
    data = b""
    for x0, y0, dx, dy in passes:
        for y in range(y0, HEIGHT, dy):
            row = b"".join(pixel(x, y) for x in range(x0, WIDTH, dx))
            data += b"\0" + row if row else b""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, color, 0, 0, int(len(passes) > 1))
    with open(os.path.join(FOLDER, name + ".png"), "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before
                   + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


def rgb(x, y): return bytes([red(x, y), green(x, y), blue(x, y)])


ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
PALETTE = b"".join(rgb(i % 8, i // 8) for i in range(32))

write("rgb8", 8, 2, rgb)
write("rgb16", 16, 2, lambda x, y: struct.pack(">HHH", *(257 * v for v in rgb(x, y))))
write("grey8", 8, 0, lambda x, y: bytes([red(x, y)]))
write("alpha", 8, 6, lambda x, y: rgb(x, y) + bytes([255 if x < 4 else 0]))
write("palette", 8, 3, lambda x, y: bytes([x + 8 * y]),
      chunk(b"PLTE", PALETTE) + chunk(b"tRNS", bytes([255] * 31 + [0])))
write("interlaced", 8, 2, rgb, passes=ADAM7)
write("linear", 16, 0, lambda x, y: struct.pack(">H", 257 * red(x, y)), chunk(b"gAMA", struct.pack(">I", 100000)))
# Orientation 6, a quarter turn clockwise, in an eXIf chunk.
EXIF = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
write("turned", 8, 2, rgb, chunk(b"eXIf", EXIF))
