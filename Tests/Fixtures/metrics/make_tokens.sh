#!/bin/sh
# Splits the texts of tokens.json anew with the tokenizer the COCO caption scorers use.
#   make_tokens.sh stanford-corenlp-3.4.1.jar < tokens.json > new.json        (the jar comes with pycocoevalcap)
# Needs Java and Python 3.
set -eu
python3 -c '
import json, subprocess, sys
lines = [entry["text"] for entry in json.load(sys.stdin)]
command = ["java", "-cp", sys.argv[1], "edu.stanford.nlp.process.PTBTokenizer", "-preserveLines", "-lowerCase"]
out = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout
removed = "'"''"' '"'"' `` ` -LRB- -RRB- -LCB- -RCB- . ? ! , : - -- ... ;".split()
words = [" ".join(word for word in line.split() if word not in removed) for line in out.splitlines()]
rows = [json.dumps(dict(text=a, words=b), ensure_ascii=False) for a, b in zip(lines, words, strict=True)]
print("[\n " + ",\n ".join(rows) + "\n]")
' "$1"
