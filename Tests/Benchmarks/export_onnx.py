#!/usr/bin/env python3
"""InceptionResNetV2 without its top, random weights, as ONNX and as the Keras file `gaze import` reads.

    pip install tensorflow-cpu tf2onnx h5py
    export_onnx.py OUT.onnx OUT.weights.h5
"""
import sys
import tensorflow as tf, tf2onnx

model = tf.keras.applications.InceptionResNetV2(include_top=False, weights=None, input_shape=(299, 299, 3))
signature = [tf.TensorSpec([None, 299, 299, 3], tf.float32, name="x")]
network = tf.function(lambda x: model(x, training=False), input_signature=signature)
tf2onnx.convert.from_function(network, input_signature=signature, opset=17, output_path=sys.argv[1])
model.save_weights(sys.argv[2])
