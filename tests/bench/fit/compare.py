"""Five named functions learned by the task `fit` and by the same network in PyTorch, on the same
rows with the same recipe: root mean squared error over the target's deviation, on `final` (and on
`far_final`), median of some seeds. PyTorch starts its layers as it does by itself.
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import tempfile
import time

import torch
from torch import nn

FUNCTIONS = [
    ("feynman", "equation=I.12.11"),
    ("feynman", "equation=I.29.16"),
    ("feynman", "equation=II.35.21"),
    ("polynomials", "degree=5"),
    ("harmonics", "tones=3"),
]
STEPS, BATCH, RATE, HIDDEN, WARMUP = 3000, 128, 0.01, 64, 0.05
RECIPE = ["--steps", STEPS, "--batch", BATCH, "--learning-rate", RATE, "--gates", "off"]
FIELDS = [f"hidden={HIDDEN},{HIDDEN}", "schedule=cosine", f"warmup={WARMUP}"]


def ours(bin_dir, dataset, field, extra, seeds):
    """Relative errors by seed, and seconds of one."""
    command = [f"{bin_dir}/actsearch-evaluate", "gelu(x)", "--task", "fit", "--dataset", dataset,
               "--split", "final", "--seeds", seeds, *RECIPE]
    for each in [field, *extra, *FIELDS]:
        command += ["--field", each]
    start = time.monotonic()
    text = subprocess.run([str(word) for word in command], check=True, capture_output=True,
                          text=True).stdout
    seconds = (time.monotonic() - start) / seeds
    return [float(error) for error in re.findall(r"relative_error=([\d.]+)", text)], seconds


def read(folder, subset, inputs):
    def values(kind, width):
        data = bytearray((folder / f"{subset}.{kind}").read_bytes())
        return torch.frombuffer(data, dtype=torch.float32).reshape(-1, width)

    return values("inputs", inputs), values("targets", 1)


def factor(step):
    rising = int(WARMUP * STEPS)
    if step <= rising:
        return step / rising
    done = (step - 1 - rising) / (STEPS - rising)
    return (1 + torch.cos(torch.tensor(torch.pi * done)).item()) / 2


def trained(train, seed):
    torch.manual_seed(seed)
    x, y = train
    model = nn.Sequential(nn.Linear(x.size(1), HIDDEN), nn.GELU(), nn.Linear(HIDDEN, HIDDEN),
                          nn.GELU(), nn.Linear(HIDDEN, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    step = 0
    while step < STEPS:
        order = torch.randperm(x.size(0))
        for begin in range(0, x.size(0) - BATCH + 1, BATCH):
            step += 1
            if step > STEPS:
                break
            rows = order[begin:begin + BATCH]
            optimizer.param_groups[0]["lr"] = RATE * factor(step)
            optimizer.zero_grad(set_to_none=True)
            nn.functional.mse_loss(model(x[rows]), y[rows]).backward()
            optimizer.step()
    return model


def relative_error(model, rows):
    x, y = rows
    with torch.no_grad():
        # As ours: over the error of the training's mean, which is 0 after standardising.
        return ((model(x) - y).pow(2).mean() / y.pow(2).mean()).sqrt().item()


def theirs(bin_dir, dataset, field, seeds):
    """Relative errors by seed near and far, and seconds of one."""
    with tempfile.TemporaryDirectory() as root:
        inputs = int(subprocess.run([f"{bin_dir}/fit_dump", dataset, root, field], check=True,
                                    capture_output=True, text=True).stdout)
        folder = pathlib.Path(root)
        train, near, far = (read(folder, subset, inputs)
                            for subset in ("train", "final", "far_final"))
    start = time.monotonic()
    models = [trained(train, seed) for seed in range(seeds)]
    seconds = (time.monotonic() - start) / seeds
    return ([relative_error(model, near) for model in models],
            [relative_error(model, far) for model in models], seconds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{STEPS} steps of {BATCH}, Adam at {RATE}, cosine; {HIDDEN}-{HIDDEN}, GELU; median of "
          f"{options.seeds} seeds")
    print(f"{'function':28} {'final':>8} {'PyTorch':>8} {'far_final':>10} {'PyTorch':>8} "
          f"{'seconds':>8} {'PyTorch':>8}")
    ratios, worst = [], 0
    for dataset, field in FUNCTIONS:
        near, seconds = ours(options.bin, dataset, field, [], options.seeds)
        far, _ = ours(options.bin, dataset, field, ["range=far"], options.seeds)
        their_near, their_far, their_seconds = theirs(options.bin, dataset, field, options.seeds)
        a, b, c, d = map(statistics.median, (near, their_near, far, their_far))
        ratios.append(a / b)
        worst = max(worst, a)
        print(f"{dataset + ' ' + field:28} {a:8.4f} {b:8.4f} {c:10.3f} {d:8.3f} {seconds:8.2f} "
              f"{their_seconds:8.2f}")
    print(f"fit worst={worst:.4f} median_vs_pytorch={statistics.median(ratios):.3f}")


if __name__ == "__main__":
    main()
