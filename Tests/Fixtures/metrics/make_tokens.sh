#!/bin/sh
# Splits captions with the tokenizer that the COCO caption scorers use, all as lines of one text as they do.
#   make_tokens.sh stanford-corenlp-3.4.1.jar < strings.txt > hard_tokens.json    (the jar comes with pycocoevalcap)
#   make_tokens.sh stanford-corenlp-3.4.1.jar < tokens.json > new.json            (the texts of a file made before)
# Needs Java and Python 3.
set -eu
python3 -c '
import json, subprocess, sys
text = sys.stdin.buffer.read().decode()
lines = [entry["text"] for entry in json.loads(text)] if text.startswith("[\n {\"text\"") else text.split("\n")
command = ["java", "-cp", sys.argv[1], "edu.stanford.nlp.process.PTBTokenizer", "-preserveLines", "-lowerCase"]
out = subprocess.run(command, input="\n".join(lines).encode(), capture_output=True, check=True).stdout.decode()
removed = "'"''"' '"'"' `` ` -LRB- -RRB- -LCB- -RCB- . ? ! , : - -- ... ;".split()
words = [" ".join(word for word in line.rstrip().split(" ") if word not in removed) for line in out.split("\n")]
rows = [json.dumps(dict(text=a, words=b), ensure_ascii=not a.isprintable()) for a, b in zip(lines, words, strict=True)]
print("[\n " + ",\n ".join(rows) + "\n]")
' "$1"
