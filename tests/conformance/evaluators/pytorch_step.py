"""One optimizer step of the evaluator's networks (float32) against plain PyTorch (float64): loss,
gradients, parameters and running statistics after Adam, scores; and the catalogue's costs.

    pytorch_step.py STEP_DUMP     exit status 77: PyTorch is not installed
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support" / "pytorch"))

try:
    import torch
except ImportError:
    print("skipped: PyTorch (python3-torch) is not installed")
    sys.exit(77)
import networks
from torch import nn
from torch.nn import functional

TOLERANCE = 1e-5
# Of the largest gradient's norm: the terms of a parameter's gradient may cancel, as those of a
# bias before a normalization do, and leave the rounding of the others.
ROUNDING = 1e-6


class Swish(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.beta = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        beta = self.beta.view(1, -1, *[1] * (x.dim() - 2))
        return x * torch.sigmoid(beta * x)


class SwishWithWaves(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.b = nn.Parameter(torch.ones(2))
        self.c = nn.Parameter(torch.ones(1))

    def forward(self, x):
        half = x.size(1) // 2
        b = self.b.repeat_interleave(half).view(1, -1, *[1] * (x.dim() - 2))
        return x * torch.sigmoid(b * x) + self.c * torch.sin(x)


class SixOperations(nn.Module):
    def forward(self, x):
        return x * torch.tanh(functional.softplus(x)) + 0.1 * torch.sin(x) * torch.exp(-x * x)


ACTIVATIONS = {
    "relu(x)": lambda channels: nn.ReLU(),
    "gelu(x)": lambda channels: nn.GELU(),
    "x * sigmoid(beta * x) where beta: channel = 1": Swish,
    "x * sigmoid(b * x) + c * sin(x) where b: group(2) = 1, c: layer = 0.3": SwishWithWaves,
    "x * tanh(softplus(x)) + 0.1 * sin(x) * exp(-x * x)": lambda channels: SixOperations(),
}
NORMS = {"none": networks.no_norm, "batch_norm": networks.batch_norm,
         "layer_norm": networks.layer_norm}
NORM_NAMES = {"scale": "weight", "shift": "bias", "running_mean": "running_mean",
              "running_variance": "running_var"}


def build(case, inputs):
    more = {"blocks": int(case["blocks"])} if case["blocks"] else {}
    return networks.NETWORKS[case["task"]](
        tuple(inputs), int(case["classes"]), case["hidden"], NORMS[case["norm"]],
        ACTIVATIONS[case["candidate"]], **more)


def name_of(ours, blocks):
    """PyTorch's name of a parameter or buffer."""
    place = re.fullmatch(r"(.*)\.(norm|activation)\.(\w+)", ours)
    if place:
        outer, kind, name = place.groups()
        inner = f"0.{NORM_NAMES[name]}" if kind == "norm" else f"1.{name}"
        return f"{name_of(outer, blocks)}.{inner}"
    ours = re.sub(r"^layer(\d+)_(linear|convolution)\b",
                  lambda m: f"{m[2]}s.{int(m[1]) - 1}", ours)
    ours = re.sub(r"^layer(\d+)$", lambda m: f"places.{int(m[1]) - 1}", ours)
    return re.sub(r"^stage(\d+)_block(\d+)",
                  lambda m: f"blocks.{(int(m[1]) - 1) * blocks + int(m[2]) - 1}", ours)


def read(folder, case):
    """Tensors by the names of the manifest."""
    tensors = {}
    for name, shape in case["arrays"].items():
        kind = torch.int64 if name == "labels" else torch.float32
        data = bytearray((folder / name).read_bytes())
        tensor = torch.frombuffer(data, dtype=kind).reshape(shape)
        tensors[name] = tensor if name == "labels" else tensor.double()
    return tensors


def of_kind(tensors, kind, case, model):
    """The tensors named KIND.*, under PyTorch's names and in its order of inputs."""
    chosen = {}
    for name, tensor in tensors.items():
        if not name.startswith(kind + "."):
            continue
        theirs = name_of(name[len(kind) + 1:], int(case["blocks"]))
        if theirs == "last.weight" and case["task"] == "cnn":
            channels, height, width = model.plane  # ours flattens height, width, channel
            tensor = tensor.reshape(-1, height, width, channels).permute(0, 3, 1, 2).flatten(1)
        elif theirs == "linears.0.weight" and case["task"] == "mlp":
            channels, height, width = tensors["inputs"].shape[1:]
            tensor = tensor.reshape(-1, height, width, channels).permute(0, 3, 1, 2).flatten(1)
        chosen[theirs] = tensor
    return chosen


def load(model, values):
    state = dict(model.named_parameters()) | {
        name: buffer for name, buffer in model.named_buffers() if "num_batches" not in name}
    if state.keys() != values.keys():
        raise ValueError(f"other parameters: {sorted(state.keys() ^ values.keys())}")
    with torch.no_grad():
        for name, tensor in state.items():
            tensor.copy_(values[name])
    return state


def close(ours, theirs, rounding=0.0):
    return (ours - theirs).norm() <= TOLERANCE * theirs.norm() + rounding


def count_costs(model, inputs):
    """Parameters and multiply-adds of one example, outside of the places."""
    total = 0

    def count(layer, _, y):
        nonlocal total
        weights = layer.weight[0].numel()
        total += y[0].numel() * weights

    inside = {id(part) for place in model.modules() if isinstance(place, networks.Place)
              for part in place.modules()}
    outside = [m for m in model.modules() if id(m) not in inside]
    hooks = [m.register_forward_hook(count) for m in outside
             if isinstance(m, (nn.Conv2d, nn.Linear))]
    with torch.no_grad():
        model.eval()(torch.zeros(1, *inputs, dtype=torch.float64))
        model.train()
    for hook in hooks:
        hook.remove()
    parameters = sum(p.numel() for m in outside for p in m.parameters(recurse=False))
    return parameters, total


def adam_on(before, gradients, rate):
    """What PyTorch's Adam makes of these gradients."""
    values = {name: before[name].clone().requires_grad_() for name in gradients}
    for name, value in values.items():
        value.grad = gradients[name].clone()
    torch.optim.Adam(values.values(), lr=rate).step()
    return {name: value.detach() for name, value in values.items()}


def check(folder, case):
    """Names of what differs, and how much."""
    tensors = read(folder, case)
    inputs = tensors["inputs"].shape[1:]
    model = build(case, inputs).double()
    before, ours, after = (of_kind(tensors, kind, case, model)
                           for kind in ("before", "gradient", "after"))
    wrong = []
    counted = count_costs(model, inputs)
    if counted != (case["parameters"], case["multiplications"]):
        wrong.append(f"costs: {counted} for {case['parameters']}, {case['multiplications']}")
    if sum(p.numel() for p in model.parameters()) != case["all_parameters"]:
        wrong.append("count of all parameters")
    state = load(model, before)

    optimizer = torch.optim.Adam(model.parameters(), lr=case["learning_rate"])
    loss = functional.cross_entropy(model(tensors["inputs"]), tensors["labels"])
    loss.backward()
    if abs(loss.item() - case["loss"]) > TOLERANCE * abs(loss.item()):
        wrong.append(f"loss: {case['loss']} for {loss.item()}")
    gradients = {name: p.grad for name, p in model.named_parameters()}
    largest = max(gradient.norm() for gradient in gradients.values())
    for name, theirs in gradients.items():
        if not close(ours[name], theirs, ROUNDING * largest):
            wrong.append(f"gradient of {name}: {(ours[name] - theirs).norm() / theirs.norm():.2e}")

    for name, theirs in adam_on(before, ours, case["learning_rate"]).items():
        if not close(after[name], theirs):
            wrong.append(f"Adam on {name}")
    optimizer.step()
    compared = total = 0
    for name, theirs in state.items():
        sure = torch.ones_like(theirs, dtype=torch.bool)
        if name in gradients:
            # Adam's first step divides by |gradient|: rounding decides where it is almost 0.
            exact = gradients[name]
            sure = (exact.abs() > TOLERANCE * largest) | ((exact == 0) & (ours[name] == 0))
        compared, total = compared + int(sure.sum()), total + sure.numel()
        if not close(after[name][sure], theirs.detach()[sure]):
            wrong.append(f"{name} after the step")
    if compared < 0.9 * total:
        wrong.append(f"only {compared} of {total} parameters are sure")

    load(model, after)
    with torch.no_grad():
        if not close(tensors["scored"], model.eval()(tensors["inputs"])):
            wrong.append("scored outputs")
    return wrong


def main():
    torch.set_num_threads(1)
    failed = 0
    with tempfile.TemporaryDirectory() as root:
        subprocess.run([sys.argv[1], root], check=True)
        folders = sorted(pathlib.Path(root).iterdir(), key=lambda path: int(path.name))
        for folder in folders:
            case = json.loads((folder / "manifest.json").read_text())
            wrong = check(folder, case)
            failed += bool(wrong)
            print(f"{case['task']:7} {case['norm']:11} {case['candidate']}: {wrong or 'equal'}")
    print(f"{len(folders) - failed} of {len(folders)} steps equal PyTorch's")
    return 1 if failed or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
