"""What the task `text` learns of a file within a time, and eager PyTorch with the same network
and recipe within the same time. One core; two blocks of width 64, context 64.

How many steps of ours fit is measured first, on some of them; PyTorch's schedule follows its
clock, and it gets the whole time for its steps, scoring and start not counted. Losses are those of
the task's `search` split, which is cut here as the data set cuts it.
"""

import argparse
import math
import pathlib
import re
import subprocess
import sys
import time

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support" / "pytorch"))
import networks

BATCH, CONTEXT, RATE, WARMUP, DECAY = 8, 64, 0.01, 0.05, 0.01
MEASURED = 60  # steps
SHARE = 0.8   # of the time, for our steps: the rest is for scoring and for a noisy machine


def ours(bin_dir, file, steps):
    """Loss, seconds in all, seconds a step."""
    fields = ["optimizer=adamw", "schedule=cosine", f"warmup={WARMUP}", f"weight_decay={DECAY}"]
    command = [f"{bin_dir}/actsearch-evaluate", "gelu(x)", "--task", "text", "--dataset", "text",
               "--data", file, "--steps", str(steps), "--batch", str(BATCH), "--learning-rate",
               str(RATE), "--gates", "off"]
    for field in fields:
        command += ["--field", field]
    start = time.monotonic()
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds = time.monotonic() - start
    found = re.search(r"loss=([\d.]+).*us_per_step=([\d.]+)", text)
    return float(found[1]), seconds, 1e-6 * float(found[2])


class Theirs:
    def __init__(self, file):
        torch.manual_seed(1)
        text = pathlib.Path(file).read_text(encoding="utf-8").replace("\r\n", "\n")
        part = min(len(text) // 16, 1 << 17)
        train, search = text[:len(text) - 3 * part], text[len(text) - 3 * part:len(text) - 2 * part]
        symbols = {symbol: i for i, symbol in enumerate(sorted(set(train)))}
        self.train = torch.tensor([symbols[c] for c in train])
        self.search = torch.tensor([symbols.get(c, len(symbols)) for c in search])
        case = {"task": "text", "classes": len(symbols) + 1, "width": 64, "heads": 4, "blocks": 2,
                "feed_forward": "feed_forward"}
        self.model = networks.build(case, (CONTEXT,), networks.layer_norm_of_rows,
                                    lambda channels: torch.nn.GELU())
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=RATE, weight_decay=DECAY)
        self.steps = 0

    def take(self, done):
        """A step, with so much of the time gone."""
        self.steps += 1
        rising = max(done, 1e-3) / WARMUP
        falling = (1 + math.cos(math.pi * (done - WARMUP) / (1 - WARMUP))) / 2
        for group in self.optimizer.param_groups:
            group["lr"] = RATE * (rising if done < WARMUP else falling)
        begins = torch.randint(len(self.train) - CONTEXT, (BATCH,)).tolist()
        x = torch.stack([self.train[i:i + CONTEXT] for i in begins])
        y = torch.stack([self.train[i + 1:i + 1 + CONTEXT] for i in begins])
        self.optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(self.model(x), y.flatten()).backward()
        self.optimizer.step()

    def loss(self):
        count = (len(self.search) - 1) // 256 * 256
        x = self.search[:count].view(-1, CONTEXT)
        y = self.search[1:count + 1].view(-1, CONTEXT)
        with torch.no_grad():
            return torch.nn.functional.cross_entropy(self.model(x), y.flatten()).item()


def trained(file, seconds):
    """Loss, steps."""
    learner = Theirs(file)
    start = time.monotonic()
    while (passed := time.monotonic() - start) < seconds:
        learner.take(passed / seconds)
    return learner.loss(), learner.steps


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--bin", required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    values = {}
    for budget in (20, 90):
        mine = int(SHARE * budget / ours(options.bin, options.file, MEASURED)[2])
        loss, seconds, _ = ours(options.bin, options.file, mine)
        their_loss, their_steps = trained(options.file, budget)
        print(f"{budget} s: {loss:.3f} nats in {seconds:.1f} s, all counted ({mine} steps); "
              f"PyTorch {their_loss:.3f} in {budget} s of steps ({their_steps})")
        values |= {f"loss_{budget}s": loss, f"seconds_{budget}s": seconds,
                   f"pytorch_{budget}s": their_loss}
    print("text " + " ".join(f"{name}={value:.3f}" for name, value in values.items()))


if __name__ == "__main__":
    main()
