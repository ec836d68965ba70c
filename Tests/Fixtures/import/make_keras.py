#!/usr/bin/env python3
"""A small model in each layout Keras writes, to read the layouts by.

    pip install tensorflow-cpu h5py && python make_keras.py

Twelve convolutions in a row, the k-th to k + 1 channels, so that shapes tell the order; a captioner's decoder after
them. Every number of the k-th convolution's kernel is k + 0.5. The whole model is compiled and has taken a step, so its
files hold an optimizer's state too; its encoder is partly frozen, as a seed's may be.
"""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import h5py
import numpy as np
import tensorflow as tf
from keras.src.legacy.saving import legacy_h5_format
from tensorflow.keras import Input, layers as L

here = os.path.dirname(os.path.abspath(__file__))
image = Input((4, 4, 3))
x = image
for k in range(12):
    convolution = L.Conv2D(k + 1, 1, use_bias=k == 11, name="last_conv" if k == 11 else None)
    x = convolution(x)
    convolution.set_weights([np.full(w.shape, k + 0.5, "f4") for w in convolution.get_weights()])
    if k < 11:
        normalization = L.BatchNormalization(scale=False)
        normalization.trainable = k % 2 == 0
        x = normalization(x)
notop = tf.keras.Model(image, x)
encoder = tf.keras.Model(image, L.Dense(5, activation="relu")(L.Reshape((16, 12))(x)))
words, cells = Input((6,), dtype="int64"), Input((16, 5))
states, _ = L.GRU(5, return_sequences=True, return_state=True)(L.Embedding(9, 5)(words))
decoder = tf.keras.Model([words, cells], L.Dense(9)(
    L.LayerNormalization()(L.Add()([states, L.Attention()([states, cells])]))))
whole = tf.keras.Model([image, words], decoder([words, encoder(image)]))

# Older files say "kernel:0", and have lists of strings of a fixed width.
with h5py.File(f"{here}/legacy.h5", "w") as f:
    legacy_h5_format.save_weights_to_hdf5_group(f, notop)
with h5py.File(f"{here}/legacy.h5") as new, h5py.File(f"{here}/legacy_tensorflow.h5", "w") as old:
    names = list(new.attrs["layer_names"])
    # So long a list that Keras would have cut it.
    old.attrs["layer_names0"] = np.array([n.encode() for n in names[:20]])
    old.attrs["layer_names1"] = np.array([n.encode() for n in names[20:]])
    for name in names:
        group = old.create_group(name)
        weights = [w for w in new[name].attrs["weight_names"]]
        group.attrs["weight_names"] = np.array([(w + ":0").encode() for w in weights])
        for w in weights:
            group[w + ":0"] = new[name][w][...]
notop.save_weights(f"{here}/version3.weights.h5")
whole.compile("adam", loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
step = [np.zeros((1, 4, 4, 3)), np.zeros((1, 6), int)]
whole.optimizer.learning_rate = 0.0
whole.fit(step, np.zeros((1, 6), int), verbose=0)
whole.save_weights(f"{here}/captioner.weights.h5")
whole.save(f"{here}/captioner.h5")
