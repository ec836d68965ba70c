#!/usr/bin/env python3
"""BLIP or ViT-GPT2 in float32: gaze, PyTorch, ONNX Runtime and OpenVINO in turns, a few runs each, many rounds.

    pip install torch transformers onnx onnxscript onnxruntime openvino numpy
    captioner_peers.py GAZE FOLDER [--threads 2] [--rounds 6] [--runs 5]

FOLDER is a captioner as Hugging Face has it (`published_size.sh` makes some). Timed: encoding one photo, by
gaze one after its first twenty, from which on it keeps its weights laid out as the peers do, and one word
further eight tokens into a caption, from kept keys and values, for one caption and for five. ONNX files are made beside
the folder once. Prints the median of all runs and gaze's ratio to each peer, as the median over rounds.
"""
import argparse, json, os, subprocess, time
import numpy as np, onnxruntime as ort, openvino as ov, torch
from transformers import AutoConfig, BlipForConditionalGeneration, EncoderDecoderCache, DynamicCache, VisionEncoderDecoderModel

p = argparse.ArgumentParser()
p.add_argument("gaze"); p.add_argument("folder"); p.add_argument("--threads", type=int, default=2)
p.add_argument("--rounds", type=int, default=6); p.add_argument("--runs", type=int, default=5)
a = p.parse_args()
torch.set_num_threads(a.threads)
is_blip = AutoConfig.from_pretrained(a.folder).model_type == "blip"
model = (BlipForConditionalGeneration if is_blip else VisionEncoderDecoderModel).from_pretrained(a.folder, attn_implementation="eager" if is_blip else "sdpa").eval()
text = model.text_decoder if is_blip else model.decoder
vision = model.vision_model if is_blip else model.encoder
settings = (model.config.text_config if is_blip else model.config.decoder)
layers = settings.num_hidden_layers if is_blip else settings.n_layer
heads = settings.num_attention_heads if is_blip else settings.n_head
side = (model.config.vision_config if is_blip else model.config.encoder).image_size
pixels = torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(1))
with torch.no_grad(): features = vision(pixels).last_hidden_state
PAST = 8


class Encode(torch.nn.Module):
    def forward(self, x): return vision(x).last_hidden_state


class Step(torch.nn.Module):
    """A token further from the keys and values of those before it and of the photo: flat tensors, as exported graphs take."""
    def forward(self, token, *kept):
        own, photo = DynamicCache(), DynamicCache()
        for i in range(layers):
            own.update(kept[4 * i], kept[4 * i + 1], i); photo.update(kept[4 * i + 2], kept[4 * i + 3], i)
        cache = EncoderDecoderCache(own, photo)
        for i in range(layers): cache.is_updated[i] = True
        width = kept[2].shape[1] * kept[2].shape[3]
        nothing = torch.zeros(token.shape[0], kept[2].shape[2], width)  # its keys and values are kept: not looked at
        return text(input_ids=token, encoder_hidden_states=nothing, past_key_values=cache, use_cache=True, return_dict=True).logits


def kept(samples):
    """What a real pass over PAST tokens leaves."""
    tokens = (torch.arange(samples * PAST) * 7919 % text.config.vocab_size).reshape(samples, PAST)
    with torch.no_grad():
        cache = text(input_ids=tokens, encoder_hidden_states=features.expand(samples, -1, -1).contiguous() if text.config.hidden_size == features.shape[-1] else model.enc_to_dec_proj(features).expand(samples, -1, -1).contiguous(),
                     use_cache=True, past_key_values=EncoderDecoderCache(DynamicCache(), DynamicCache()), return_dict=True).past_key_values
    own, photo = cache.self_attention_cache, cache.cross_attention_cache
    return [t.contiguous() for i in range(layers) for t in (own.layers[i].keys, own.layers[i].values, photo.layers[i].keys, photo.layers[i].values)]


def export(module, inputs, path):
    if not os.path.exists(path):
        torch.onnx.export(module.eval(), inputs, path, dynamo=True, external_data=True)
    return path


def peers(module, inputs, path):
    """The three peers' ways of doing it, checked against each other."""
    arrays = [t.numpy() for t in inputs]
    def by_torch():
        with torch.inference_mode(): return module(*inputs).numpy()
    made = {"pytorch": by_torch}
    file = export(module, tuple(inputs), path)
    options = ort.SessionOptions(); options.intra_op_num_threads = a.threads
    session = ort.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    names = [i.name for i in session.get_inputs()]
    used = arrays if len(names) == len(arrays) else None
    assert used is not None, f"{path}: {len(names)} inputs, expected {len(arrays)}"
    made["onnxruntime"] = lambda: session.run(None, dict(zip(names, arrays)))[0]
    request = ov.Core().compile_model(file, "CPU", {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": a.threads, "PERFORMANCE_HINT": "LATENCY"}).create_infer_request()
    made["openvino"] = lambda: request.infer({i: x for i, x in enumerate(arrays)})[0]
    right = by_torch()
    for name, work in made.items():
        worst = np.abs(work() - right).max() / np.abs(right).max()
        assert worst < 1e-3, f"{name} differs by {worst}"
    return made


def timed(work):
    work(); times = []
    for _ in range(a.runs):
        start = time.perf_counter(); work(); times.append(1e3 * (time.perf_counter() - start))
    return float(np.median(times))


def gaze(work, samples=1):
    more = ["--samples", str(samples)] if work == "decode" else []
    out = subprocess.run([a.gaze, "benchmark", work, "--weights", a.folder, "--runs", str(a.runs), "--threads", str(a.threads), *more], capture_output=True, text=True, check=True).stdout
    return json.loads(out)["median_ms"]


def compare(title, by_gaze, made):
    rounds = []
    for _ in range(a.rounds): rounds.append({"gaze": by_gaze(), **{k: timed(w) for k, w in made.items()}})
    medians = {k: float(np.median([r[k] for r in rounds])) for k in rounds[0]}
    ratios = {k: float(np.median([r["gaze"] / r[k] for r in rounds])) for k in made}
    print(f"{title}: " + ", ".join(f"{k} {v:.1f} ms" for k, v in medians.items()) + "; gaze / " + ", / ".join(f"{k} {v:.3f}" for k, v in ratios.items()), flush=True)
    return medians["gaze"]


stem = a.folder.rstrip("/")
print(f"{os.path.basename(stem)}, {a.threads} threads, {a.rounds} rounds of {a.runs} runs; PyTorch {torch.__version__}, ONNX Runtime {ort.__version__}, OpenVINO {ov.__version__.split('-')[0]}")
compare("encode", lambda: gaze("encode"), peers(Encode(), [pixels], f"{stem}.encode.onnx"))
once = {}
for samples in (1, 5):
    token = torch.tensor([[11 * (i + 1)] for i in range(samples)])
    once[samples] = compare(f"a word of {samples}", lambda: gaze("decode", samples), peers(Step(), [token, *kept(samples)], f"{stem}.step{samples}.onnx"))
# What a word must read: all of the decoder but the words' vectors and what is made of the photo once.
skipped = ("crossattention.self.key", "crossattention.self.value") if is_blip else ("wpe",)
read = sum(q.numel() for n, q in text.named_parameters() if "embeddings" not in n and not any(s in n for s in skipped))
if is_blip: read += text.config.vocab_size * text.config.hidden_size  # tied to the vectors
else: read -= layers * 2 * settings.n_embd ** 2
ones = torch.ones(read); start = time.perf_counter(); [ones.sum() for _ in range(5)]; plain = 5 * 4 * read / (time.perf_counter() - start) / 1e9
print(f"five words / one: {once[5] / once[1]:.2f}; weights read for a word {4 * read / 1e6:.0f} MB: {4 * read / once[1] / 1e6:.1f} GB/s of {plain:.1f} that a plain sum gets")
