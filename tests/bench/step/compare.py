"""Training steps of step_bench, of eager PyTorch and of the floor, in turns.

Everybody takes a turn of a few steps in each round. A number is the median over the rounds of
the fastest step of a turn, in milliseconds of processor time; ratios are those of such numbers.
PyTorch takes part twice: as it is, and with a C library that keeps memory as evaluators/device.cc
has it ("kept"), since clearing new pages takes up to a third of its time.
"""

import argparse
import importlib.util
import os
import pathlib
import statistics
import subprocess
import sys

NETWORKS = ["mlp", "cnn", "cnn_bn", "resnet", "text"]
OURS = ["floor", "relu", "relu_libtorch", "candidate", "candidate_autograd"]
PYTORCH = ["contiguous", "channels_last"]
KEPT = {"MALLOC_MMAP_THRESHOLD_": str(64 << 20), "MALLOC_TRIM_THRESHOLD_": str(512 << 20),
        "MALLOC_ARENA_MAX": "1"}


class Turns:
    """A program that answers a wish, NETWORK/WHO, with the milliseconds of some steps."""

    def __init__(self, command, environment=None):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env={**os.environ, **(environment or {})})

    def fastest(self, wish):
        print(wish, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().split()
        if not answer:
            sys.exit(f"{self.process.args[0]} gave no answer to {wish}")
        return min(float(word) for word in answer)


def contestants(bench, data_dir):
    """(label, program, its name for it), in the order of their turns."""
    ours = Turns([bench, data_dir])
    those = [(who, ours, who) for who in OURS]
    if importlib.util.find_spec("torch") is None:
        print("PyTorch (python3-torch) is not installed: no comparison with it")
        return those
    script = str(pathlib.Path(__file__).with_name("pytorch_turns.py"))
    plain = Turns([sys.executable, script])
    kept = Turns([sys.executable, script], KEPT)
    for who in PYTORCH:
        those.append((f"pytorch relu {who}", plain, who))
        those.append((f"pytorch relu {who} kept", kept, who))
    return those


def measure(those, rounds):
    """Milliseconds by (network, label)."""
    turns = {(network, label): [] for network in NETWORKS for label, *_ in those}
    for _ in range(rounds):
        for network in NETWORKS:
            for label, program, who in those:
                turns[network, label].append(program.fastest(f"{network}/{who}"))
    return {key: statistics.median(values) for key, values in turns.items()}


def print_table(ms):
    print(f"{'network':8} {'':32} {'ms a step':>10} {'of floor':>9}")
    for (network, label), value in ms.items():
        print(f"{network:8} {label:32} {value:10.3f} {value / ms[network, 'floor']:9.2f}")


def summary(ms):
    def ratio(network, a, b):
        return ms[network, a] / ms[network, b]

    def against_pytorch(kept, network="cnn_bn"):
        fastest = min(ms[network, f"pytorch relu {who}{kept}"] for who in PYTORCH)
        return ms[network, "candidate"] / fastest

    values = {"fused_vs_relu": ratio("cnn", "candidate", "relu")}
    if ("cnn_bn", "pytorch relu contiguous") in ms:
        values["vs_pytorch"] = against_pytorch("")
        values["vs_pytorch_kept"] = against_pytorch(" kept")
        values["text_vs_pytorch"] = against_pytorch("", "text")
    values |= {
        "of_floor": ratio("cnn_bn", "relu", "floor"),
        "candidate_of_floor": ratio("cnn_bn", "candidate", "floor"),
        "resnet_of_floor": ratio("resnet", "relu", "floor"),
        "resnet_candidate_of_floor": ratio("resnet", "candidate", "floor"),
        "text_of_floor": ratio("text", "relu", "floor"),
        "text_candidate_of_floor": ratio("text", "candidate", "floor"),
        "fused_vs_libtorch_relu": ratio("cnn", "candidate", "relu_libtorch"),
        "autograd_vs_relu": ratio("cnn", "candidate_autograd", "relu_libtorch"),
    }
    return "step " + " ".join(f"{name}={value:.3f}" for name, value in values.items())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data_dir", nargs="?", default="data/cifar10")
    parser.add_argument("--bench", required=True)
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args()
    ms = measure(contestants(options.bench, options.data_dir), options.rounds)
    print_table(ms)
    print(summary(ms))


if __name__ == "__main__":
    main()
