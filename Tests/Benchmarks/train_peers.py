#!/usr/bin/env python3
"""A training step in TensorFlow and in gaze, in turns, a few steps each, many rounds.

    pip install tensorflow-cpu numpy
    train_peers.py GAZE decoder|encoder [--threads 2] [--rounds 6] [--runs 5]

decoder: the notebook's decoder over grids that are already encoded (8×8×1536): Dense 512 relu, Embedding, GRU 512,
dot-product attention, Add, LayerNormalization, Dense 20000; batch 32 of 64 positions, captions of 10 to 14 words, the
loss masked, Adam; as `gaze benchmark train-step`.
encoder: gaze's own compact encoder from 256×256 pixels to the grid, forward and back with batch statistics, Adam,
batch 48; as `gaze benchmark train-encoder`.

Prints median and fastest milliseconds of all steps and gaze's ratio to TensorFlow.
"""
import argparse, json, os, subprocess, time

p = argparse.ArgumentParser()
p.add_argument("gaze"); p.add_argument("work", choices=["decoder", "encoder"])
p.add_argument("--threads", type=int, default=2); p.add_argument("--rounds", type=int, default=6)
p.add_argument("--runs", type=int, default=5)
a = p.parse_args()
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf
from tensorflow.keras import Input, Model
from tensorflow.keras.layers import (GRU, Activation, Add, Attention, AveragePooling2D, BatchNormalization, Conv2D,
                                     Dense, Embedding, LayerNormalization)

tf.config.threading.set_intra_op_parallelism_threads(a.threads)
tf.config.threading.set_inter_op_parallelism_threads(a.threads)
r = np.random.default_rng(1)


def decoder(batch=32, length=64, vocabulary=20000, width=512):
    grid, words = Input((64, 1536)), Input((None,), dtype="int32")
    cells = Dense(width, activation="relu")(grid)
    states = GRU(width, return_sequences=True)(Embedding(vocabulary, width)(words))
    joined = LayerNormalization(axis=-1)(Add()([states, Attention()([states, cells])]))
    model = Model([grid, words], Dense(vocabulary)(joined))
    lengths = r.integers(11, 16, batch)  # the end among them
    tokens = np.zeros((batch, length + 1), np.int32)
    for row, n in zip(tokens, lengths):
        row[:n + 1] = r.integers(4, vocabulary, n + 1)
    features, tokens = tf.constant(r.random((batch, 64, 1536), np.float32)), tf.constant(tokens)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")

    def value():
        each = loss(tokens[:, 1:], model([features, tokens[:, :-1]], training=True))
        mask = tf.cast(tokens[:, 1:] != 0, tf.float32)
        return tf.reduce_sum(each * mask) / tf.reduce_sum(mask)
    return model, value, ["train-step", "--batch", str(batch)]


def encoder(batch=48):
    def unit(x, channels, size, stride=1, relu=True):
        x = BatchNormalization(momentum=0.97, epsilon=1e-3)(
            Conv2D(channels, size, stride, padding="same", use_bias=False)(x))
        return Activation("relu")(x) if relu else x
    shape = json.loads(subprocess.run([a.gaze, "benchmark", "train-encoder", "--runs", "1", "--batch", "2"],
                                      capture_output=True, text=True, check=True).stdout)["sizes"]
    pixels = Input((shape["height"], shape["width"], 3))
    y = unit(pixels, shape["stem_channels"], shape["stem_kernel"], shape["stem_stride"])
    for channels, stride in shape["blocks"]:
        short = y
        if stride != 1 or y.shape[-1] != channels:
            short = unit(AveragePooling2D(2)(y) if stride == 2 else y, channels, 1, relu=False)
        inner = unit(y, channels, 3, stride)
        y = Activation("relu")(Add()([unit(inner, channels, 3, relu=False), short]))
    model = Model(pixels, unit(y, shape["grid"][2], 1))
    photos = tf.constant(r.random((batch, shape["height"], shape["width"], 3), np.float32))
    return model, lambda: tf.reduce_sum(model(photos, training=True)), ["train-encoder", "--batch", str(batch)]


model, value, command = {"decoder": decoder, "encoder": encoder}[a.work]()
optimizer = tf.keras.optimizers.Adam(1e-3)


@tf.function
def step():
    with tf.GradientTape() as tape:
        loss = value()
    optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
    return loss


def tensorflow():
    step().numpy()
    times = []
    for _ in range(a.runs):
        start = time.perf_counter(); step().numpy(); times.append(1e3 * (time.perf_counter() - start))
    return times


def gaze():
    out = subprocess.run([a.gaze, "benchmark", *command, "--runs", str(a.runs), "--threads", str(a.threads)],
                         capture_output=True, text=True, check=True).stdout
    result = json.loads(out)
    return [result["median_ms"], result["min_ms"]]


rounds = [(gaze(), tensorflow()) for _ in range(a.rounds)]
ours = [float(np.median([g[0] for g, _ in rounds])), min(g[1] for g, _ in rounds)]
theirs = [float(np.median([np.median(t) for _, t in rounds])), min(min(t) for _, t in rounds)]
print(f"{a.work}, {a.threads} threads, {a.rounds} rounds of {a.runs} steps; TensorFlow {tf.__version__}")
print(f"  gaze        median {ours[0]:8.1f} ms   fastest {ours[1]:8.1f} ms")
print(f"  TensorFlow  median {theirs[0]:8.1f} ms   fastest {theirs[1]:8.1f} ms")
within = float(np.median([g[0] / np.median(t) for g, t in rounds]))
print(f"  gaze / TensorFlow: medians {ours[0] / theirs[0]:.3f}   fastest {ours[1] / theirs[1]:.3f}   within a round {within:.3f}")
