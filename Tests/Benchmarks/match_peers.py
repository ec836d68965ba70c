#!/usr/bin/env python3
"""A step of function matching in PyTorch and in gaze: EfficientNet-Lite looks at a batch of views, a compact encoder learns it.

    pip install torch numpy efficientnet-lite-pytorch
    match_peers.py GAZE LITE2.pth LITE2.safetensors IMAGES [--batch 64] [--steps 8] [--rounds 2] [--threads 2]

LITE2.safetensors is what `gaze import LITE2.pth` makes; IMAGES a folder of photos. gaze reads, crops and mixes the photos of
its steps; PyTorch is given pixels, so that it has the less to do. They take turns of --steps steps. Prints median seconds a
step and photos a second of each.
"""
import argparse, json, os, statistics, subprocess, tempfile, time

p = argparse.ArgumentParser()
p.add_argument("gaze"); p.add_argument("pth"); p.add_argument("weights"); p.add_argument("images")
p.add_argument("--batch", type=int, default=64); p.add_argument("--steps", type=int, default=8)
p.add_argument("--rounds", type=int, default=2)
p.add_argument("--threads", type=int, default=2)
a = p.parse_args()
import torch, torch.nn as nn, torch.nn.functional as F
from efficientnet_lite_pytorch import EfficientNet

torch.set_num_threads(a.threads)
teacher = EfficientNet.from_pretrained("efficientnet-lite2", weights_path=a.pth, image_size=256).eval().requires_grad_(False)


class Layer(nn.Module):
    def __init__(self, inputs, outputs, size, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03)

    def forward(self, x): return self.norm(self.conv(x))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first, self.second, self.stride = Layer(inputs, outputs, 3, stride), Layer(outputs, outputs, 3), stride
        self.shortcut = Layer(inputs, outputs, 1) if stride != 1 or inputs != outputs else None

    def forward(self, x):
        rest = x
        if self.shortcut: rest = self.shortcut(F.avg_pool2d(x, 2) if self.stride == 2 else x)
        return F.relu(self.second(F.relu(self.first(x))) + rest)


layers, channels = [Layer(3, 32, 7, 4), nn.ReLU()], 32
for outputs, stride in [(32, 1), (96, 2), (192, 2), (192, 1), (384, 2), (384, 1)]:
    layers.append(Block(channels, outputs, stride)); channels = outputs
student = nn.Sequential(*layers, Layer(channels, 512, 1), nn.ReLU())
grid, classes = nn.Conv2d(512, 1280, 1), nn.Linear(512, 1000)
weights = [w for m in (student, grid, classes) for w in m.parameters()]
optimizer = torch.optim.AdamW(weights, lr=2e-3, weight_decay=0.02, betas=(0.9, 0.99))


def relative(y, target): return ((y - target) ** 2).sum() / (target ** 2).sum()


def step(x):
    with torch.no_grad():
        seen = teacher.extract_features((x * 255 - 127) / 128)
        said = teacher._fc(seen.mean((2, 3)))
    mine = student(x * 2 - 1)
    regions, logits = grid(mine), classes(mine.mean((2, 3)))
    loss = F.kl_div(F.log_softmax(logits, 1), F.log_softmax(said, 1), log_target=True, reduction="batchmean")
    loss = loss + 0.5 * relative(regions, seen) + 0.5 * relative(regions.mean((2, 3)), seen.mean((2, 3)))
    optimizer.zero_grad(); loss.backward(); nn.utils.clip_grad_norm_(weights, 5.0); optimizer.step()


def of_torch():
    times = []
    for _ in range(a.steps):
        pixels = torch.rand(a.batch, 3, 256, 256).to(memory_format=torch.channels_last)
        start = time.perf_counter(); step(pixels); times.append(time.perf_counter() - start)
    return times


def of_gaze():
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log.jsonl")
        run = subprocess.run([a.gaze, "train", "--teacher-weights", a.weights, "--images", a.images, "--output",
                              os.path.join(folder, "w.safetensors"), "--batch", str(a.batch), "--visits",
                              str(a.steps * a.batch), "--held-out", "0", "--threads", str(a.threads), "--log", log],
                             stderr=subprocess.PIPE, text=True)
        if run.returncode: raise SystemExit(run.stderr)
        lines = [json.loads(line) for line in open(log)]
    return [line["seconds"] for line in lines if "step" in line]


def tell(name, seconds):
    middle = statistics.median(seconds)
    print(f"{name}: {middle:.3f} s a step of {a.batch}, {a.batch / middle:.1f} photos/s")


times = {"PyTorch": [], "gaze": []}
for _ in range(a.rounds):
    # The first step of each is slow: memory is asked for, and gaze waits for its first batch.
    times["PyTorch"] += of_torch()[1:]
    times["gaze"] += of_gaze()[1:]
for name, seconds in times.items(): tell(name, seconds)
