#!/usr/bin/env python3
"""Tiny WebP, GIF and TIFF files of the kinds the decoder must read; needs Pillow with libwebp and libtiff.

    python3 make_formats.py        writes beside itself

All are 8 columns by 4 rows. Column x, row y holds red = 32 x, green = 64 y, blue = 255 - 32 x out of 255, 16-bit samples
are those times 257. In alpha.* columns 4-7 are wholly transparent; half.webp has alpha 128 everywhere. turned.* say that
they stand upright after a quarter turn clockwise. animated.* show the picture first and then its negative; frame.gif's
first and only frame covers columns 2-5 of rows 1-2 and nothing else. cmyk.tiff holds the inks that make the picture with
no black. lossy.webp is one colour, (200, 60, 40).
"""
import os
import struct

from PIL import Image

WIDTH, HEIGHT = 8, 4
FOLDER = os.path.dirname(os.path.abspath(__file__))


def path(name): return os.path.join(FOLDER, name)
def rgb(x, y): return (32 * x, 64 * y, 255 - 32 * x)


def picture(mode, pixel):
    image = Image.new(mode, (WIDTH, HEIGHT))
    image.putdata([pixel(x, y) for y in range(HEIGHT) for x in range(WIDTH)])
    return image


PICTURE = picture("RGB", rgb)
NEGATIVE = picture("RGB", lambda x, y: tuple(255 - v for v in rgb(x, y)))
CUT = picture("RGBA", lambda x, y: rgb(x, y) + (255 if x < 4 else 0,))
HALF = picture("RGBA", lambda x, y: rgb(x, y) + (128,))
ORIENTATION = Image.Exif()
ORIENTATION[0x0112] = 6

WEBP = dict(lossless=True, exact=True)
PICTURE.save(path("rgb.webp"), **WEBP)
CUT.save(path("alpha.webp"), **WEBP)
HALF.save(path("half.webp"), **WEBP)
PICTURE.save(path("turned.webp"), exif=ORIENTATION, **WEBP)
PICTURE.save(path("animated.webp"), save_all=True, append_images=[NEGATIVE], **WEBP)
Image.new("RGB", (WIDTH, HEIGHT), (200, 60, 40)).save(path("lossy.webp"), quality=90)


def indexed(image):
    """The picture with a colour of its own for every pixel."""
    result = Image.new("P", image.size)
    result.putpalette([v for pixel in image.getdata() for v in pixel])
    result.putdata(list(range(WIDTH * HEIGHT)))
    return result


PALETTE = indexed(PICTURE)
PALETTE.save(path("rgb.gif"), interlace=0)
PALETTE.save(path("interlaced.gif"), interlace=1)
PALETTE.save(path("alpha.gif"), interlace=0, transparency=31)
PALETTE.save(path("animated.gif"), save_all=True, append_images=[indexed(NEGATIVE)], interlace=0)


def frame():
    """frame.gif: codes of one bit more than a palette index has, the table cleared before it would grow them."""
    header = b"GIF89a" + struct.pack("<HHBBB", WIDTH, HEIGHT, 0xF0 | 4, 0, 0)
    colors = bytes(v for pixel in PICTURE.getdata() for v in pixel)
    codes = [32]
    for y in (1, 2):
        for x in range(2, 6):
            codes += [8 * y + x]
    codes.append(33)
    bits = sum(code << (6 * index) for index, code in enumerate(codes))
    data = bits.to_bytes((6 * len(codes) + 7) // 8, "little")
    image = b"," + struct.pack("<HHHHB", 2, 1, 4, 2, 0) + b"\5" + bytes([len(data)]) + data + b"\0"
    with open(path("frame.gif"), "wb") as file:
        file.write(header + colors + image + b";")


frame()

PICTURE.save(path("rgb.tiff"), compression="tiff_lzw")
PICTURE.save(path("deflate.tiff"), compression="tiff_adobe_deflate")
PICTURE.save(path("big.tiff"), big_tiff=True)
CUT.save(path("alpha.tiff"), compression="packbits")
PICTURE.save(path("turned.tiff"), tiffinfo={0x0112: 6})
picture("CMYK", lambda x, y: tuple(255 - v for v in rgb(x, y)) + (0,)).save(path("cmyk.tiff"))
PICTURE.save(path("pages.tiff"), save_all=True, append_images=[NEGATIVE])


def deep():
    """rgb16.tiff: big endian, 16 bits a sample, uncompressed, which Pillow cannot write."""
    pixels = b"".join(struct.pack(">HHH", *(257 * v for v in pixel)) for pixel in PICTURE.getdata())
    entries = [
        (256, 4, 1, WIDTH), (257, 4, 1, HEIGHT), (258, 3, 3, 8), (259, 3, 1, 1 << 16), (262, 3, 1, 2 << 16),
        (273, 4, 1, 14), (277, 3, 1, 3 << 16), (278, 4, 1, HEIGHT), (279, 4, 1, len(pixels)),
    ]
    head = b"MM\0*" + struct.pack(">I", 14 + len(pixels)) + struct.pack(">HHH", 16, 16, 16)
    directory = struct.pack(">H", len(entries)) + b"".join(struct.pack(">HHII", *entry) for entry in entries)
    with open(path("rgb16.tiff"), "wb") as file:
        file.write(head + pixels + directory + b"\0\0\0\0")


deep()
