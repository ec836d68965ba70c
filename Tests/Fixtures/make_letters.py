#!/usr/bin/env python3
"""The outlines of Sources/Reports/OutlineFont+Table.swift, from a TrueType font.

    apt-get download fonts-roboto-unhinted && dpkg-deb -x fonts-roboto-unhinted_*.deb .
    python3 -m venv VENV && VENV/bin/pip install fonttools
    VENV/bin/python make_letters.py usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf \
        > Sources/Reports/OutlineFont+Table.swift

Letters with accents that the font puts together from others become references to those.
"""
import sys

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

EM = 1024
ASCII = range(0x20, 0x7F)
LATIN = [*range(0xA1, 0xAD), *range(0xAE, 0x180), 0x218, 0x219, 0x21A, 0x21B, *range(0x1EA0, 0x1EFA)]
MARKS = [ord(c) for c in "‐–—‘’‚“”„†‡•…‰‹›€™−≈≠≤≥"]

HEAD = '''extension OutlineFont {{
  /// The glyphs, one a line: the character, its advance, and its outline as an SVG path of relative commands in whole
  /// numbers, y upwards from the baseline, on an em square of {em}.
  ///
  /// Made by `Tests/Fixtures/make_letters.py` from Roboto Regular by Christian Robertson (copyright 2011 Google Inc.,
  /// Apache License 2.0).
  static let outlines = #"""
'''

COMPOSED = '''    """#

  /// Letters put together from others: the character, its advance, and of each part the character and where it goes
  /// from the left and upwards.
  static let composed = """
'''


class RelativePath(BasePen):
    """Collects an outline as relative commands on whole numbers."""

    def __init__(self, glyphs, scale):
        super().__init__(glyphs)
        self.scale, self.at, self.last, self.text = scale, (0, 0), "", ""

    def command(self, name, *points):
        points = [(round(x * self.scale), round(y * self.scale)) for x, y in points]
        numbers = [n for x, y in points for n in (x - self.at[0], y - self.at[1])]
        if name == "l" and not any(numbers):
            return
        first = name if name != self.last or name == "m" else "" if numbers[0] < 0 else " "
        self.text += first + "".join(f"{n}" if i == 0 or n < 0 else f" {n}" for i, n in enumerate(numbers))
        self.last = name
        self.at = points[-1]

    def _moveTo(self, point):
        self.command("m", point)

    def _lineTo(self, point):
        self.command("l", point)

    def _qCurveToOne(self, control, point):
        self.command("q", control, point)


def main(path):
    font = TTFont(path)
    glyphs, names, scale = font.getGlyphSet(), font.getBestCmap(), EM / font["head"].unitsPerEm
    codes = {name: code for code, name in reversed(names.items())}
    codes["uniF6C3"] = 0x326  # The font has the comma below under a private code.
    wanted, composed = [*ASCII, *LATIN, *MARKS], {}
    for code in [code for code in wanted if code in names]:
        glyph = font["glyf"][names[code]]
        parts = glyph.components if code > 0x7F and glyph.isComposite() else []
        if parts and all(part.glyphName in codes and not hasattr(part, "transform") for part in parts):
            composed[code] = [(codes[part.glyphName], round(part.x * scale), round(part.y * scale)) for part in parts]
            wanted += [part[0] for part in composed[code]]
    print(HEAD.format(em=EM), end="")
    names[0x326] = "uniF6C3"
    for code in sorted({code for code in wanted if code in names and code not in composed}):
        glyph, pen = glyphs[names[code]], RelativePath(glyphs, scale)
        glyph.draw(pen)
        line = f"{chr(code)} {round(glyph.width * scale)} {pen.text}".rstrip()
        # Lines of the source go on where this one ends in a backslash.
        pieces = [line[start:start + 114] for start in range(0, len(line), 114)]
        print("    " + "\\#\n    ".join(pieces))
    print(COMPOSED, end="")
    line = "   "
    for code, parts in composed.items():
        entry = f" {chr(code)}{round(glyphs[names[code]].width * scale)}"
        entry += "".join(f"|{chr(part)}{x}|{y}" for part, x, y in parts)
        if len(line + entry) > 118:
            print(line)
            line = "   "
        line += entry
    print(line + '\n    """\n}')


main(sys.argv[1])
