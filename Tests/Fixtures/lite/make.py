#!/usr/bin/env python3
"""A tiny EfficientNet-Lite of random weights in the form torch.save had before version 1.6, and what PyTorch computes with it.

    python3 -m venv venv && venv/bin/pip install torch numpy efficientnet-lite-pytorch
    venv/bin/python make.py

The network is the package's own with an eighth of the channels and half of the blocks; its normalisations are filled so that
ReLU6 cuts at both ends. The picture is a formula that the tests repeat.
"""
import os, numpy as np, torch
from efficientnet_lite_pytorch.model import EfficientNet
from efficientnet_lite_pytorch.utils import get_model_params

here = os.path.dirname(os.path.abspath(__file__))
HEIGHT, WIDTH = 64, 96
torch.manual_seed(1)
blocks, parameters = get_model_params("efficientnet-lite0", dict(
    width_coefficient=0.125, depth_coefficient=0.5, depth_divisor=1, image_size=[HEIGHT, WIDTH], fix_head_stem=False, num_classes=7))
network = EfficientNet(blocks, parameters).eval()
with torch.no_grad():
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.weight.uniform_(0.5, 3); module.bias.uniform_(-1, 3)
            module.running_mean.uniform_(-0.5, 0.5); module.running_var.uniform_(0.2, 2)
    pixels = torch.tensor([[[[((y * 7 + x * 13 + c * 29 + y * x) % 256 - 127) / 128 for x in range(WIDTH)] for y in range(HEIGHT)] for c in range(3)]])
    features = network.extract_features(pixels)
    logits = network(pixels)
print("regions", tuple(features.shape), "0:", float((features == 0).float().mean()), "6:", float((features == 6).float().mean()), "logits", logits)
np.save(os.path.join(here, "features.npy"), np.ascontiguousarray(features.permute(0, 2, 3, 1).numpy()))
np.save(os.path.join(here, "logits.npy"), logits.numpy())
torch.save(network.state_dict(), os.path.join(here, "legacy.pth"), _use_new_zipfile_serialization=False)

# Files that are refused.
hostile = bytes([0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E, 0x80, 2, 0x4D, 0xE9, 3, 0x2E])
hostile += b"\x80\x02}X\x0d\x00\x00\x00little_endian\x88s." + b"\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R."
open(os.path.join(here, "hostile.pth"), "wb").write(hostile)
