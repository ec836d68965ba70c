#!/usr/bin/env python3
"""Training on two ranks of one thread each beside one process of two threads, in turns of some seconds.

    rank_efficiency.py [--turns 12] [--seconds 9] GAZE --annotations captions.json --images FOLDER [more of `gaze train`]

GAZE is built with MPI (README). Both runs are there at once and one of them is stopped at any time, so that whatever else
the machine does falls on both; memory must hold both. Give enough --epochs for all turns: some hundreds. Both are ended
at the end and what they wrote is removed. Prints seconds a step of each, over all turns and of the steps that lie whole
in a turn, and the efficiency: one process' seconds by the ranks'.
"""
import argparse, json, os, signal, statistics, subprocess, tempfile, time

p = argparse.ArgumentParser()
p.add_argument("gaze"); p.add_argument("--turns", type=int, default=12); p.add_argument("--seconds", type=float, default=9)
p.add_argument("train", nargs=argparse.REMAINDER)
a = p.parse_args()
train = [os.path.abspath(x) if os.path.exists(x) else x for x in a.train]
a.gaze = os.path.abspath(a.gaze)


def of(process):
    """The programs that train, below a process."""
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True).stdout.split()
    own = [process] if open(f"/proc/{process}/cmdline").read().split("\0")[0] == a.gaze else []
    return own + [x for child in found for x in of(int(child))]


class Run:
    def __init__(self, name, ranks, threads):
        self.name, self.steps, self.time, self.whole = name, 0, 0.0, []
        start = ["mpirun", "-n", str(ranks), "--allow-run-as-root", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"] if ranks > 1 else []
        command = [*start, a.gaze, "train", *train, "--threads", str(threads), "--output", f"{name}.safetensors", "--log", f"{name}.jsonl", "--overwrite"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=open(f"{name}.err", "w"))
        while len(self.log()) < 2:
            if self.process.poll() is not None: raise SystemExit(open(f"{name}.err").read())
            time.sleep(0.2)
        self.all = of(self.process.pid); self.send(signal.SIGSTOP)

    def log(self):
        if not os.path.exists(f"{self.name}.jsonl"): return []
        lines = open(f"{self.name}.jsonl").read().splitlines(keepends=True)
        return [json.loads(l)["seconds"] for l in lines if l.endswith("\n") and '"step"' in l]

    def send(self, what):
        for process in self.all: os.kill(process, what)

    def turn(self):
        before = len(self.log()); start = time.time()
        self.send(signal.SIGCONT); time.sleep(a.seconds); self.send(signal.SIGSTOP)
        self.time += time.time() - start; seconds = self.log()[before:]
        self.steps += len(seconds); self.whole += seconds[1:]  # the first was stopped on its way


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    runs = []
    try:
        for name, ranks, threads in (("one", 1, 2), ("ranks", 2, 1)): runs.append(Run(name, ranks, threads))
        for turn in range(a.turns):
            for run in runs if turn % 2 == 0 else reversed(runs): run.turn()
    finally:
        for run in runs: run.send(signal.SIGKILL); run.process.kill(); run.process.wait()
one, ranks = runs
for run in runs:
    print(f"{run.name:6} {run.steps} steps in {run.time:.0f} s: {run.time / run.steps:.3f} s a step; {len(run.whole)} whole ones: median {statistics.median(run.whole):.3f}, quickest quarter under {statistics.quantiles(run.whole)[0]:.3f}")
quarter = lambda run: statistics.quantiles(run.whole)[0]
print(f"efficiency: {one.time / one.steps / (ranks.time / ranks.steps):.3f}; of the medians {statistics.median(one.whole) / statistics.median(ranks.whole):.3f}, of the quickest quarters {quarter(one) / quarter(ranks):.3f}")
