#!/usr/bin/env python3
"""How close gaze's previews and chafa's come to the photo: PSNR at equal characters, colours and size.

    python3 preview_peers.py GAZE PHOTO...        needs chafa, numpy and Pillow

Both programs stretch each photo over the same cells. Their output is read as a terminal would, every cell painted as the
blocks its character stands for, and the picture so made is compared with the photo. Higher is better. Two ways: against
every pixel of the photo, as stored (sRGB levels); and the same after both were averaged over cells' sub-pixels in linear
light, as an eye at a distance sees them.

chafa is run twice, as it comes and with what should serve it best here (most work, no change of contrast); of the two
the better mean counts.
"""
import argparse
import os
import re
import subprocess

import numpy as np
from PIL import Image

# A cell in pixels: halves, quadrants and sextants all are whole numbers of them.
CELL_WIDTH, CELL_HEIGHT = 4, 12
SYMBOLS = {"half": "space,solid,vhalf", "quadrant": "space,solid,vhalf,hhalf,quad", "sextant": "space,solid,sextant"}
COLORS = {"truecolor": "full", "256": "256"}
TOKEN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|([^\x1b])", re.S)


def palette():
    steps = [0, 95, 135, 175, 215, 255]
    first = [(0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205),
             (229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255),
             (0, 255, 255), (255, 255, 255)]
    cube = [(r, g, b) for r in steps for g in steps for b in steps]
    return first + cube + [(8 + 10 * i,) * 3 for i in range(24)]


PALETTE = palette()


def masks():
    """For every character, which of its pixels are foreground."""
    result = {" ": np.zeros((CELL_HEIGHT, CELL_WIDTH), bool), "█": np.ones((CELL_HEIGHT, CELL_WIDTH), bool)}
    top, left = np.arange(CELL_HEIGHT)[:, None] < CELL_HEIGHT // 2, np.arange(CELL_WIDTH)[None] < CELL_WIDTH // 2
    quadrants = [top & left, top & ~left, ~top & left, ~top & ~left]
    for character, bits in zip("▘▝▀▖▌▞▛▗▚▐▜▄▙▟", range(1, 15)):
        result[character] = np.any([quadrants[i] for i in range(4) if bits >> i & 1], axis=0)
    third = np.arange(CELL_HEIGHT)[:, None] // (CELL_HEIGHT // 3)
    sextants = [(third == row) & side for row in range(3) for side in (left, ~left)]
    code = 0x1FB00
    for bits in range(1, 63):
        if bits in (21, 42):
            continue
        result[chr(code)] = np.any([sextants[i] for i in range(6) if bits >> i & 1], axis=0)
        code += 1
    return result


MASKS = masks()


def picture(text, columns, rows):
    """What a terminal shows of `text`: rows × columns cells, in pixels."""
    image = np.zeros((rows * CELL_HEIGHT, columns * CELL_WIDTH, 3), np.uint8)
    fore, back, inverse = PALETTE[7], PALETTE[0], False
    row = column = 0
    before = " "

    def put(character):
        nonlocal column
        if row < rows and column < columns:
            a, b = (back, fore) if inverse else (fore, back)
            cell = np.where(MASKS[character][..., None], np.array(a, np.uint8), np.array(b, np.uint8))
            image[row * CELL_HEIGHT:(row + 1) * CELL_HEIGHT, column * CELL_WIDTH:(column + 1) * CELL_WIDTH] = cell
        column += 1

    for parameters, command, character in TOKEN.findall(text):
        if character == "\n":
            row, column = row + 1, 0
        elif character:
            before = character
            put(character)
        elif command == "b":
            for _ in range(int(parameters or 1)):
                put(before)
        elif command == "m":
            codes = [int(p or 0) for p in parameters.split(";")]
            while codes:
                code = codes.pop(0)
                if code == 0:
                    fore, back, inverse = PALETTE[7], PALETTE[0], False
                elif code in (7, 27):
                    inverse = code == 7
                elif code in (38, 48):
                    if codes.pop(0) == 2:
                        color, codes = tuple(codes[:3]), codes[3:]
                    else:
                        color = PALETTE[codes.pop(0)]
                    if code == 38:
                        fore = color
                    else:
                        back = color
                elif code in (39, 49):
                    fore, back = (PALETTE[7], back) if code == 39 else (fore, PALETTE[0])
                elif 30 <= code < 38 or 90 <= code < 98:
                    fore = PALETTE[code - 30 if code < 38 else code - 82]
                elif 40 <= code < 48 or 100 <= code < 108:
                    back = PALETTE[code - 40 if code < 48 else code - 92]
                else:
                    raise ValueError(f"SGR {code}")
        elif command not in "hl":
            raise ValueError(f"CSI {parameters}{command}")
    return image


def light(levels):
    x = levels / 255.0
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def levels(light):
    return 255 * np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def psnr(a, b):
    return 10 * np.log10(255 ** 2 / np.mean((a.astype(float) - b.astype(float)) ** 2))


def averaged(image, columns, rows):
    """In linear light, over 2×3 areas a cell, as levels."""
    channels = [
        Image.fromarray(light(image[..., c]).astype(np.float32), "F").resize((columns * 2, rows * 3), Image.BOX)
        for c in range(3)]
    return levels(np.stack([np.asarray(c) for c in channels], -1).clip(0, 1))


def run(command):
    environment = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8")
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout.decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gaze")
    parser.add_argument("photos", nargs="+")
    parser.add_argument("--size", default="80x30")
    options = parser.parse_args()
    columns, rows = map(int, options.size.split("x"))
    print(f"{len(options.photos)} photos at {options.size}; dB, mean (photos on which gaze is ahead)")
    print(f"{'':20}{'pixels: gaze':>14}{'chafa':>8}{'best':>8}{'':>8}{'averaged: gaze':>16}{'chafa':>8}{'best':>8}")
    for symbols, peers in SYMBOLS.items():
        for colors, depth in COLORS.items():
            results = []
            for photo in options.photos:
                stored = Image.open(photo).convert("RGB")
                original = np.asarray(stored)
                coarse = averaged(original, columns, rows)
                peer = ["chafa", "-f", "symbols", "--symbols", peers, "-c", depth, "--size", options.size, "--stretch"]
                best = peer + ["-w", "9", "-p", "off"]
                mine = [options.gaze, "preview", "--size", options.size, "--stretch", "--symbols", symbols,
                        "--colors", colors]
                line = []
                for command in (mine, peer, best):
                    shown = picture(run(command + [photo]), columns, rows)
                    full = np.asarray(Image.fromarray(shown).resize(stored.size, Image.NEAREST))
                    line += [psnr(full, original), psnr(averaged(shown, columns, rows), coarse)]
                results.append(line)
            table = np.array(results)
            mean = table.mean(0)
            ahead = [int((table[:, i] > np.maximum(table[:, i + 2], table[:, i + 4])).sum()) for i in (0, 1)]
            print(f"{symbols + ' ' + colors:20}{mean[0]:14.3f}{mean[2]:8.3f}{mean[4]:8.3f}{f'({ahead[0]})':>8}"
                  f"{mean[1]:16.3f}{mean[3]:8.3f}{mean[5]:8.3f}{f'({ahead[1]})':>8}", flush=True)


if __name__ == "__main__":
    main()
