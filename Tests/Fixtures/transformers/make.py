#!/usr/bin/env python3
"""Makes what is in this folder: two pictures, two tiny captioners of random weights as folders of Hugging Face's, what
transformers computes with them, and what its tokenizers make of many strings.

    pip install torch transformers pillow tokenizers numpy
    make.py    # writes beside itself; make_transformers.py does the networks
"""
import json, os, random, subprocess, sys
import numpy as np
from PIL import Image
from tokenizers import ByteLevelBPETokenizer
from transformers import BertTokenizer, GPT2Tokenizer

here = os.path.dirname(os.path.abspath(__file__))
os.environ["HF_HUB_OFFLINE"] = "1"


def picture(name, height, width):
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:height, 0:width]
    waves = [128 + 90 * np.sin(x / 9 + y / 23), 128 + 90 * np.cos(y / 7 - x / 31), 255 * ((x // 12 + y // 9) % 2)]
    levels = np.stack(waves, -1) + rng.normal(0, 12, (height, width, 3))
    Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8)).save(os.path.join(here, name))


def network(name, model, seed):
    folder = os.path.join(here, name)
    photos = [os.path.join(here, photo) for photo in ("wide.png", "small.png")]
    subprocess.run([sys.executable, os.path.join(here, "make_transformers.py"), folder, "--model", model, "--seed", str(seed), *photos], check=True)
    arrays = np.load(os.path.join(folder, "expected.npz"))
    for key in arrays.files:
        np.save(os.path.join(folder, key + ".npy"), arrays[key])
    os.remove(os.path.join(folder, "expected.npz"))


def strings():
    random.seed(3)
    texts = ["a man in a red shirt", "Two DOGS' balls, aren't they?", "  spaces \t and\nlines  ", "\n\nfoo \n bar", "don't, I'll he'd we've it's they're i'm 's '", "café naïve Ñandú ΑΣ ΟΔΟΣ straße İstanbul", "狗在跑 dog犬 ひらがな カタカナ 한국어", "3 balls, 12½ cm² Ⅷ ٣", "e\u0301 o\u0308 \u1e9b\u0323 ﬁne ＡＢＣ", "emoji 😀👍🏽 👨‍👩‍👧 flags 🇩🇪", "zero\u200bwidth \ufeffmark soft\u00adhyphen", "“quotes” ‘single’ «guillemets» – — …", "c++ #tag @user a_b snow-covered grass", "tab\x00null\x07bell \ufffd", "a\u00a0b\u2003c\u3000d", "मैं हिंदी ไทย العربية עברית", "x" * 101 + " y", "\u2028line\u2029paragraph", "\U000e0001tag \ue000private"]
    ranges = [(0x20, 0x7F), (0xA0, 0x250), (0x300, 0x370), (0x370, 0x530), (0x2000, 0x2070), (0x3000, 0x3100), (0x4E00, 0x4E80), (0xAC00, 0xAC40), (0x1F600, 0x1F650)]
    for _ in range(300):
        low, high = random.choice(ranges)
        texts.append("".join(chr(random.randrange(low, high)) if random.random() < .6 else random.choice("  aeiosnt'.,-") for _ in range(random.randrange(1, 14))))
    return texts


def texts():
    all_texts = strings()
    # A vocabulary that holds nearly every character, alone and within words, so that no difference hides in [UNK].
    bert = BertTokenizer.from_pretrained(os.path.join(here, "blip"))
    normalize = bert.backend_tokenizer.normalizer.normalize_str
    letters = sorted({c for t in all_texts for c in normalize(t) if not c.isspace()} - {"ᆫ"})
    words = ["man", "red", "##ed", "dog", "##s", "ball", "##all", "spaces"]
    vocabulary = list(dict.fromkeys(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + words + letters + ["##" + c for c in letters]))
    path = os.path.join(here, "vocab.txt")
    open(path, "w", encoding="utf8").write("\n".join(vocabulary) + "\n")
    wide = BertTokenizer(path)
    gpt = GPT2Tokenizer(os.path.join(here, "vit-gpt2", "vocab.json"), os.path.join(here, "vit-gpt2", "merges.txt"))
    rows = [{"text": t, "word_pieces": wide(t)["input_ids"][1:-1], "byte_pairs": gpt(t)["input_ids"]} for t in all_texts]
    json.dump({"vocabulary": vocabulary, "texts": rows}, open(os.path.join(here, "tokens.json"), "w", encoding="utf8"), ensure_ascii=False, separators=(",", ":"))
    os.remove(path)


def pickles():
    """A small file of torch.save, and one that would run a command."""
    import torch, zipfile
    numbers = torch.arange(12, dtype=torch.float32).reshape(3, 4) / 8
    tensors = {"a": numbers, "half": numbers.half(), "brain": numbers.bfloat16(), "part": numbers[1:, :], "ids": torch.arange(5), "turned": numbers.T}
    torch.save({k: v for k, v in tensors.items() if k != "turned"}, os.path.join(here, "tensors.bin"))
    torch.save({"turned": numbers.T}, os.path.join(here, "turned.bin"))
    with zipfile.ZipFile(os.path.join(here, "hostile.bin"), "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.")


pickles()
picture("wide.png", 113, 150)
picture("small.png", 40, 70)
network("blip", "blip", 13)
network("vit-gpt2", "vit-gpt2", 7)
texts()
