#!/usr/bin/env python3
"""Scores captions that are hard to split with pycocoevalcap 1.2 (needs Java): make_scores.py SEED > hard_scores.json"""
import json
import random
import sys

from make_strings import caption
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

r = random.Random(int(sys.argv[1]))
references, candidates = {}, {}
for image in range(50):
    texts = [caption(r) + r.choice([" ", "", ". "]) + caption(r) for _ in range(r.randint(1, 3))]
    # A candidate shares words with its references, or says the very same.
    words = r.choice(texts).split(" ") + r.choice(texts).split(" ")
    start = r.randrange(len(words))
    references[image] = texts
    candidates[image] = r.choice(texts) if r.random() < 0.2 else " ".join(words[start : start + r.randint(1, 8)])
references[50], candidates[50] = ["\U0001f436", "a dog"], "\U0001f44d"


def entries(texts):
    return {image: [{"caption": text} for text in captions] for image, captions in texts.items()}


gts = PTBTokenizer().tokenize(entries(references))
res = PTBTokenizer().tokenize(entries({image: [text] for image, text in candidates.items()}))
bleu = Bleu(4).compute_score(gts, res, verbose=0)[0]
scores = {f"Bleu_{n + 1}": value for n, value in enumerate(bleu)}
scores["ROUGE_L"] = float(Rouge().compute_score(gts, res)[0])
scores["CIDEr"] = float(Cider().compute_score(gts, res)[0])
cases = [dict(hyp=candidates[image], refs=references[image]) for image in references]
json.dump(dict(cases=cases, expected=scores), sys.stdout, indent=0)
