#!/usr/bin/env python3
"""InceptionResNetV2 in float32: gaze, OpenVINO, ONNX Runtime and TensorFlow in turns, a few runs each, many rounds.

    pip install openvino onnxruntime numpy tensorflow-cpu (or without the last)
    encode_peers.py GAZE WEIGHTS.safetensors NETWORK.onnx [--batch 1] [--threads 2] [--rounds 12] [--runs 8]

Prints median and fastest milliseconds of all runs, and gaze's ratio to each peer: of the medians, of the fastest, and
the median over rounds of the ratio within a round.
"""
import argparse, json, os, subprocess, time
import numpy as np, onnxruntime as ort, openvino as ov

p = argparse.ArgumentParser()
p.add_argument("gaze"); p.add_argument("weights"); p.add_argument("onnx")
p.add_argument("--batch", type=int, default=1); p.add_argument("--threads", type=int, default=2)
p.add_argument("--rounds", type=int, default=12); p.add_argument("--runs", type=int, default=8)
a = p.parse_args()
x = np.random.default_rng(1).random((a.batch, 299, 299, 3), np.float32)

core = ov.Core(); model = core.read_model(a.onnx); model.reshape([a.batch, 299, 299, 3])
request = core.compile_model(model, "CPU", {
    "INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": a.threads, "PERFORMANCE_HINT": "LATENCY"}).create_infer_request()
options = ort.SessionOptions(); options.intra_op_num_threads = a.threads
session = ort.InferenceSession(a.onnx, options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name


def timed(work):
    work(); work()
    times = []
    for _ in range(a.runs):
        start = time.perf_counter(); work(); times.append(1e3 * (time.perf_counter() - start))
    return float(np.median(times)), min(times)


def gaze():
    out = subprocess.run([a.gaze, "benchmark", "encode", "--weights", a.weights, "--runs", str(a.runs), "--threads",
                          str(a.threads), "--batch", str(a.batch)], capture_output=True, text=True, check=True).stdout
    result = json.loads(out)
    return result["median_ms"], result["min_ms"]


peers = {"openvino": lambda: request.infer({0: x}), "onnxruntime": lambda: session.run(None, {name: x})}
versions = f"OpenVINO {ov.__version__.split('-')[0]}, ONNX Runtime {ort.__version__}"
try:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(a.threads)
    tf.config.threading.set_inter_op_parallelism_threads(a.threads)
    model = tf.keras.applications.InceptionResNetV2(include_top=False, weights=None, input_shape=(299, 299, 3))
    network = tf.function(lambda pixels: model(pixels, training=False)); pixels = tf.constant(x)
    peers["tensorflow"] = lambda: network(pixels).numpy(); versions += f", TensorFlow {tf.__version__}"
except ImportError: pass

rounds = {"gaze": [], **{peer: [] for peer in peers}}
for _ in range(a.rounds):
    rounds["gaze"].append(gaze())
    for peer, work in peers.items(): rounds[peer].append(timed(work))
median = {k: float(np.median([m for m, _ in v])) for k, v in rounds.items()}
fastest = {k: min(f for _, f in v) for k, v in rounds.items()}
print(f"batch {a.batch}, {a.threads} threads, {a.rounds} rounds of {a.runs} runs; {versions}")
for k in rounds:
    print(f"  {k:12} median {median[k]:7.1f} ms   fastest {fastest[k]:7.1f} ms")
for k in peers:
    within = float(np.median([g[0] / r[0] for g, r in zip(rounds["gaze"], rounds[k])]))
    print(f"  gaze / {k:12} medians {median['gaze'] / median[k]:.3f}   fastest {fastest['gaze'] / fastest[k]:.3f}   within a round {within:.3f}")
