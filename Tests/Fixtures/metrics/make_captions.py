#!/usr/bin/env python3
"""Makes strings like captions and splits them with the tokenizer the COCO caption scorers use.

    make_captions.py stanford-corenlp-3.4.1.jar [COUNT [SEED]] > captions.json        (the jar comes with pycocoevalcap)

One list of [text, words], as one file of captions in this order. Needs Java and Python 3. With a COUNT of its own and
GAZE_CAPTIONS=FILE in the environment of the tests, `CaptionTokenizerTests` compares those instead.

What the rules of `CaptionGrammar` are was found the same way: all short strings over a few characters ("a1.-", "a'n "),
every code point alone, between letters, between digits and beside punctuation, every word of a dictionary before a full
stop and behind an apostrophe; where the two differ, the shortest string shows the rule.
"""
import json
import os
import random
import subprocess
import sys
import tempfile

PLAIN = """a the man woman dog cat two three people with on of standing sitting near table street tennis ball holding red
blue-and-white it's T-shirt 5""".split()
ODD = """dog's can't don't he's they're isn't o'clock y'all rock'n'roll tee-shirt Mr. Mrs. Dr. St. U.S. U.K. a.m. p.m. vs.
etc. No. no. 10 3.5 1,000 5:30 1/2 2/3 50% $5 US$5 £10 €20 #1 #tag #Hash_tag @user user@mail.com http://ex.com/a?b=c
www.site.org site.com c++ C# .net e.g. i.e. AT&T R&B black&white &amp; &lt;3 &quot; &eacute; <unk> <start> <br/> (left)
[right] {x} "quoted" 'single' “curly” ‘single’ «guillemets» „low“ ... … -- – — ! ? !! ?! ; : , . :) :-) ;) :D :P ^_^ <3 xD
🐶 👍🏽 ❤️ ☺ ★ → © ® ™ ° 25°C café naïve résumé Zürich Москва ΟΔΟΣ 日本語 中文。 한국어 العربية हिन्दी ไทย x² H₂O ½ 1½ ¼ 2x4 3D
4th 1990s '90s 90's 1980's 6'2" 5'10 12-year-old 5-6 7–8 twenty-one mother-in-law re-do and/or w/ w/o b/c n/a TV's TVs'
boys' James's Levi's McDonald's Coca-Cola Coca‑Cola non‐stop a\u200bman soft\u00adhy\u00adphen nbsp\u00a0here
zero\u200dwidth it’s dog’s don’t rock’n’roll gonna wanna cannot gimme 'tis 'em goin' o' ol' ma'am y'know d'oeuvres
L'Oreal O'Brien D'Angelo Wal-Mart 7-Eleven 7/11 24/7 9/11 1-800-555-1234 (555)555-1234 12/25/2014 2014-12-25 img_001.jpg
file.txt Ph.D. Jr. Sr. Inc. Co. Ltd. Ave. Blvd. Jan. Mon. The A In He She It I A.J. J.R.R. B.""".replace(
    "\\u200b", "\u200b").replace("\\u200d", "\u200d").replace("\\u00ad", "\u00ad").replace("\\u00a0", "\u00a0").split(" ")
ODD = [word for group in ODD for word in group.split("\n")]
JOINTS = [" "] * 30 + [", ", ". ", "! ", "? ", "; ", ": ", " - ", " -- ", "-", "/", "'", '"', "' ", " '", '" ', ' "', "(",
    ")", " (", ") ", "...", "… ", "&", "_", "*", ".", ",", "!", "+", "=", "~", "@", "#", "’", "‘", "“", "”", "–", "—",
    "\u200b", "\u00a0", "\u2011", "'s ", "’s ", "n't ", "s' "]
FEW = ["ab1'-. ", "aA.,!? ", "a1$%&#@ ", "a()[]{}<>\"' ", "a:;=-)(DPp ", "a'’‘`\" ", "ns'td ", "a_-/.1 ", "a\u0301é1-."]
PLACES = ["{}", "a{}b", "1{}2", "a {} b", "{}'s", "{0}{0}"]


def caption(dice):
    words = [dice.choice(PLAIN if dice.random() < .85 else ODD) for _ in range(dice.randint(4, 12))]
    text = " ".join(words)
    return (text.capitalize() if dice.random() < .5 else text) + dice.choice(["", "", ".", ".", "!", " .", "...", "?"])


def mixture(dice):
    text = ""
    for _ in range(dice.randint(1, 8)):
        word = dice.choice(PLAIN + ODD)
        fold = dice.choice([str, str, str, str, str, str, str, str.capitalize, str.upper])
        text += fold(word) + dice.choice(JOINTS)
    return text.strip()


def few(dice):
    signs = dice.choice(FEW)
    return "".join(dice.choice(signs) for _ in range(dice.randint(1, 10))).strip()


def character(dice):
    code = dice.choice([dice.randrange(0x20, 0x600), dice.randrange(0x2000, 0x3100), dice.randrange(0x20, 0x20000)])
    if 0xD800 <= code <= 0xDFFF or code in (0x2028, 0x2029):
        code = 0x1F436
    return dice.choice(PLACES).format(chr(code)).strip()


def main():
    jar = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    dice = random.Random(seed)
    kinds = [caption, mixture, few, character]
    texts = [kinds[number % 4](dice) for number in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "captions")
        with open(path, "wb") as file:
            file.write("\n".join(texts).encode())
        command = ["java", "-cp", jar, "edu.stanford.nlp.process.PTBTokenizer", "-preserveLines", "-lowerCase", path]
        lines = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\n")
    removed = "'' ' `` ` -LRB- -RRB- -LCB- -RCB- . ? ! , : - -- ... ;".split()
    words = [" ".join(word for word in line.rstrip().split(" ") if word not in removed) for line in lines[:count]]
    rows = [json.dumps(pair, ensure_ascii=False) for pair in zip(texts, words, strict=True)]
    print("[\n " + ",\n ".join(rows) + "\n]")


main()
