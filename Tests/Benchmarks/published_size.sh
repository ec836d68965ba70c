#!/bin/sh
# Compares captioners of published size (about 1 GB each, random weights) with transformers, and says what they take.
#
#   pip install torch transformers pillow tokenizers numpy
#   Tests/Benchmarks/published_size.sh FOLDER    # makes FOLDER/blip and FOLDER/vit-gpt2 where they are not there yet
#
# Needs the release build for the second part: swift build -c release
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:?expected a folder with 3 GB of room}
fixtures=$root/Tests/Fixtures/transformers
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# A vocabulary of BERT's size, with its special pieces where BERT has them.
python3 - "$folder/bert.txt" <<'END'
import itertools, sys
special = {0: "[PAD]", 100: "[UNK]", 101: "[CLS]", 102: "[SEP]", 103: "[MASK]"}
letters = "abcdefghijklmnopqrstuvwxyz"
pieces = list(letters + "0123456789,.'-") + ["##" + c for c in letters] + ["a", "picture", "of", "the", "man", "dog"]
triples = ["".join(t) for t in itertools.product(letters, repeat=3)]
rest = iter(dict.fromkeys(pieces + triples + ["##" + t for t in triples]))
open(sys.argv[1], "w").write("\n".join(special.get(i) or next(rest) for i in range(30522)) + "\n")
END
for model in blip vit-gpt2; do
  [ -e "$folder/$model/expected.npz" ] || HF_HUB_OFFLINE=1 python3 "$fixtures/make_transformers.py" "$folder/$model" \
    --model $model --size base --words 10 --bert-vocab "$folder/bert.txt" "$fixtures/wide.png"
  python3 - "$folder/$model" <<'END'
import numpy, os, sys
arrays = numpy.load(os.path.join(sys.argv[1], "expected.npz"))
for name in arrays.files: numpy.save(os.path.join(sys.argv[1], name + ".npy"), arrays[name])
END
done
cd "$root"
GAZE_PUBLISHED=$folder/blip:$folder/vit-gpt2 swift test --filter PublishedSizeTests

gaze=$root/.build/release/gaze
[ -x "$gaze" ] || { echo "no release build: memory and times are not measured"; exit 0; }
for model in blip vit-gpt2; do
  bytes=$(stat -c %s "$folder/$model/model.safetensors")
  for round in 1 2 3; do
    # Seconds of a whole process from its start to one caption of ten words, and the most memory it had.
    /usr/bin/time -f "%e s, %M KB of memory for a file of $((bytes / 1024)) KB: $model" \
      "$gaze" caption "$fixtures/wide.png" --weights "$folder/$model" --greedy --max-words 10 > /dev/null
  done
done
