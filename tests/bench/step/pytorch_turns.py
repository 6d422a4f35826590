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

# As step_bench.cc's rows: task, fields, normalization, batch, steps of a turn.
NETWORKS = {
    "mlp": ("mlp", {"hidden": (128, 128)}, networks.no_norm, 128, 20),
    "cnn": ("cnn", {"hidden": (8, 16, 32)}, networks.no_norm, 128, 5),
    "cnn_bn": ("cnn", {"hidden": (16, 32)}, networks.batch_norm, 64, 5),
    "resnet": ("resnet", {"hidden": (16, 32, 64), "blocks": 1}, networks.batch_norm, 64, 2),
    "text": ("text", {"width": 64, "heads": 4, "blocks": 2, "feed_forward": "feed_forward"},
             networks.layer_norm_of_rows, 32, 3),
}
SYMBOLS, CONTEXT = 23, 64


def make_step(task, fields, norm, batch, channels_last):
    torch.manual_seed(1)
    is_text = task == "text"
    case = {"task": task, "classes": SYMBOLS if is_text else 10, **fields}
    model = networks.build(case, (CONTEXT,) if is_text else (3, 32, 32), norm,
                           lambda channels: torch.nn.ReLU())
    if is_text:
        images = torch.randint(SYMBOLS, (batch, CONTEXT))
        labels = torch.randint(SYMBOLS, (batch * CONTEXT,))
    else:
        images = torch.randn(batch, 3, 32, 32)
        labels = torch.randint(10, (batch,))
    if channels_last and not is_text:
        model = model.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
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
