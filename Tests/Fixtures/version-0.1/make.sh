#!/usr/bin/env bash
# Files as gaze 0.1 wrote them, which later versions read: weights, a checkpoint after one epoch of two, captions in JSON
# Lines, a caption beside its photo with its origin, and an edit that was not written.
#   make.sh GAZE        the program of that version; it is run in a scratch folder
set -euo pipefail
gaze=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
cp "$here/../lite/legacy.pth" "$here/captions.json" .
cp "$here"/../raster/{alpha,grey8,interlaced,palette}.png .
"$gaze" import legacy.pth --output lite.safetensors
"$gaze" train --images . --annotations captions.json --encoder lite.safetensors --freeze-encoder \
  --cache cache --output weights.safetensors --batch 2 --width 8 --min-count 1 --warmup 1 --no-flips --epochs 1 --threads 1
"$gaze" caption grey8.png alpha.png --weights weights.safetensors --samples 2 --json >captions.jsonl
"$gaze" caption grey8.png --weights weights.safetensors --greedy --sidecar overwrite >/dev/null
cp weights.safetensors weights.safetensors.checkpoint captions.jsonl grey8.txt grey8.caption.json "$here"
