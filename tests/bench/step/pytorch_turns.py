"""Training steps of eager PyTorch with ReLU, as a user would write them. Answers as step_bench
does: for each NETWORK/WHO that it reads, the milliseconds of each step of a turn on one line.
WHO: contiguous or channels_last.
"""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support" / "pytorch"))

import networks
import torch

# As step_bench.cc's rows: task, hidden, normalization, batch, steps of a turn.
NETWORKS = {
    "mlp": ("mlp", (128, 128), networks.no_norm, 128, 20),
    "cnn": ("cnn", (8, 16, 32), networks.no_norm, 128, 5),
    "cnn_bn": ("cnn", (16, 32), networks.batch_norm, 64, 5),
    "resnet": ("resnet", (16, 32, 64), networks.batch_norm, 64, 2),
}


def make_step(task, hidden, norm, batch, channels_last):
    torch.manual_seed(1)
    model = networks.NETWORKS[task]((3, 32, 32), 10, hidden, norm, lambda channels: torch.nn.ReLU())
    images = torch.randn(batch, 3, 32, 32)
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    labels = torch.randint(10, (batch,))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()

    for _ in range(3):
        step()
    return step


def main():
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    steps = {}
    for line in sys.stdin:
        wish = line.strip()
        network, who = wish.split("/")
        *kind, turn = NETWORKS[network]
        if wish not in steps:
            steps[wish] = make_step(*kind, who == "channels_last")
        for _ in range(turn):
            start = time.thread_time()
            steps[wish]()
            print(f"{1e3 * (time.thread_time() - start):.4f}", end=" ")
        print(flush=True)


if __name__ == "__main__":
    main()
