"""Optimizer steps of the evaluator's networks (float32) against plain PyTorch (float64): loss,
gradients, parameters and running statistics after the first step, scores, parameters after the
last; and the catalogue's costs.

    pytorch_step.py STEP_DUMP     exit status 77: PyTorch is not installed
"""

import json
import math
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
LAST_TOLERANCE = 1e-4  # after some steps, of how far a parameter has moved
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
         "layer_norm": networks.layer_norm, "rms_norm": networks.RmsNorm}
NORM_NAMES = {"scale": "weight", "shift": "bias", "running_mean": "running_mean",
              "running_variance": "running_var"}


def build(case, inputs):
    return networks.build(case, tuple(inputs), NORMS[case["norm"]],
                          ACTIVATIONS[case["candidate"]])


def name_in_text(ours):
    """PyTorch's name of a parameter of the task `text`."""
    ours = re.sub(r"^block(\d+)", lambda m: f"blocks.{int(m[1]) - 1}", ours)
    ours = re.sub(r"(norm\d?)\.(\w+)$", lambda m: f"{m[1]}.inner.{NORM_NAMES[m[2]]}", ours)
    ours = re.sub(r"(\.activation|\.gate)\.(\w+)$", r"\1.inner.\2", ours)
    return "places" if ours == "embedding.places" else ours


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
    for name, (kind, shape) in case["arrays"].items():
        data = bytearray((folder / name).read_bytes())
        tensor = torch.frombuffer(data, dtype=getattr(torch, kind)).reshape(shape)
        tensors[name] = tensor if kind == "int64" else tensor.double()
    return tensors


def theirs_of(name, case):
    return name_in_text(name) if case["task"] == "text" else name_of(name,
                                                                    int(case.get("blocks", 1)))


def of_kind(tensors, kind, case, model):
    """The tensors named KIND.*, under PyTorch's names and in its order of inputs."""
    chosen = {}
    for name, tensor in tensors.items():
        if not name.startswith(kind + "."):
            continue
        theirs = theirs_of(name[len(kind) + 1:], case)
        if tensor.dim() == 2 and theirs == "last.weight" and case["task"] == "cnn":
            channels, height, width = model.plane  # ours flattens height, width, channel
            tensor = tensor.reshape(-1, height, width, channels).permute(0, 3, 1, 2).flatten(1)
        elif tensor.dim() == 2 and theirs == "linears.0.weight" and case["task"] == "mlp":
            channels, height, width = tensors["inputs"].shape[1:]
            tensor = tensor.reshape(-1, height, width, channels).permute(0, 3, 1, 2).flatten(1)
        chosen[theirs] = tensor
    return chosen


def state_of(model):
    return dict(model.named_parameters()) | {
        name: buffer for name, buffer in model.named_buffers() if "num_batches" not in name}


def load(model, values):
    state = state_of(model)
    if state.keys() != values.keys():
        raise ValueError(f"other parameters: {sorted(state.keys() ^ values.keys())}")
    with torch.no_grad():
        for name, tensor in state.items():
            tensor.copy_(values[name])
    return state


def close(ours, theirs, rounding=0.0):
    return (ours - theirs).norm() <= TOLERANCE * theirs.norm() + rounding


PLACES = (networks.Place, networks.Tokenwise, networks.FeedForward, networks.Gated)


def count_costs(model, inputs):
    """Parameters and multiply-adds of one example, outside of what stands at sites."""
    total = 0

    def count(layer, _, y):
        nonlocal total
        total += y[0].numel() * layer.weight[0].numel()

    def count_pairs(attention, given, _):
        nonlocal total
        _, length, width = given[0].shape
        total += length * (length + 1) * width  # two products over all pairs that are seen

    inside = {id(part) for place in model.modules() if isinstance(place, PLACES)
              for part in place.modules()}
    outside = [m for m in model.modules() if id(m) not in inside]
    hooks = [m.register_forward_hook(count) for m in outside
             if isinstance(m, (nn.Conv2d, nn.Linear))]
    hooks += [m.register_forward_hook(count_pairs) for m in outside
              if isinstance(m, networks.Attention)]
    with torch.no_grad():
        model.eval()(inputs)
        model.train()
    for hook in hooks:
        hook.remove()
    parameters = sum(p.numel() for m in outside for p in m.parameters(recurse=False))
    return parameters, total


def factor_of(case, step):
    """Of the learning rate: what the recipe says in words."""
    steps, rising = int(case["steps"]), int(case["warmup"] * case["steps"] + 1e-9)
    if step <= rising:
        return step / rising
    done = (step - 1 - rising) / (steps - rising)
    return {"constant": 1.0, "linear": 1 - done,
            "cosine": (1 + math.cos(math.pi * done)) / 2}[case["schedule"]]


class Steps:
    """PyTorch's optimizer on parameters without the factor by which the start has scaled them."""

    def __init__(self, case, values, gains, decaying):
        self.case, self.values, self.gains = case, values, gains
        self.own = {name: (value.detach() / gains[name]).requires_grad_()
                    for name, value in values.items()}
        decay = case["weight_decay"]
        groups = [{"params": [own], "weight_decay": decay if name in decaying else 0.0}
                  for name, own in self.own.items()]
        rate = case["learning_rate"]
        kinds = {"adam": lambda: torch.optim.Adam(groups, lr=rate),
                 "adamw": lambda: torch.optim.AdamW(groups, lr=rate),
                 "sgd": lambda: torch.optim.SGD(groups, lr=rate, momentum=case["momentum"])}
        self.optimizer = kinds[case["optimizer"]]()
        self.step = 0

    def take(self, gradients):
        self.step += 1
        for group in self.optimizer.param_groups:
            group["lr"] = self.case["learning_rate"] * factor_of(self.case, self.step)
        for name, own in self.own.items():
            own.grad = gradients[name] * self.gains[name]
        self.optimizer.step()
        with torch.no_grad():
            for name, value in self.values.items():
                value.copy_(self.own[name] * self.gains[name])


def loss_of(case, outputs, targets):
    if case["task"] == "fit":
        return functional.mse_loss(outputs, targets)
    return functional.cross_entropy(outputs, targets.flatten(),
                                    label_smoothing=case["label_smoothing"])


def gradients_of(model):
    return {name: p.grad.clone() for name, p in model.named_parameters()}


def check_costs(case, model, tensors):
    counted = count_costs(model, tensors["inputs"][:1])
    wrong = []
    if case["task"] == "cnn" and case["norm"] == "batch_norm":
        # The costs are those with any part at the sites; this one takes the biases before it away.
        counted = (counted[0] + sum(case["hidden"]), counted[1])
    if counted != (case["parameters"], case["multiplications"]):
        wrong.append(f"costs: {counted} for {case['parameters']}, {case['multiplications']}")
    if sum(p.numel() for p in model.parameters()) != case["all_parameters"]:
        wrong.append("count of all parameters")
    return wrong


def check_last(case, model, steps, tensors, before, last):
    """The remaining steps, where a step's direction does not hang on the rounding of gradients
    that are almost 0: not after Adam's."""
    for _ in range(int(case["steps"]) - 1):
        model.zero_grad()
        loss_of(case, model(tensors["inputs"]), tensors["targets"]).backward()
        steps.take(gradients_of(model))
    if case["optimizer"] != "sgd":
        return []
    return [f"{name} after the last step" for name, theirs in model.named_parameters()
            if (last[name] - theirs).norm() > LAST_TOLERANCE * (theirs - before[name]).norm()]


def check(folder, case):
    """Names of what differs, and how much."""
    tensors = read(folder, case)
    model = build(case, tensors["inputs"].shape[1:]).double()
    before, ours, after, last, gains, decaying = (
        of_kind(tensors, kind, case, model)
        for kind in ("before", "gradient", "after", "last", "gain", "decays"))
    wrong = check_costs(case, model, tensors)
    state = load(model, before)

    loss = loss_of(case, model(tensors["inputs"]), tensors["targets"])
    loss.backward()
    if abs(loss.item() - case["loss"]) > TOLERANCE * abs(loss.item()):
        wrong.append(f"loss: {case['loss']} for {loss.item()}")
    gradients = gradients_of(model)
    largest = max(gradient.norm() for gradient in gradients.values())
    for name, theirs in gradients.items():
        if not close(ours[name], theirs, ROUNDING * largest):
            wrong.append(f"gradient of {name}: {(ours[name] - theirs).norm() / theirs.norm():.2e}")

    same = {name: before[name].clone() for name in gradients}
    Steps(case, same, gains, decaying).take(ours)
    wrong += [f"{case['optimizer']} on {name}" for name, theirs in same.items()
              if not close(after[name], theirs)]
    steps = Steps(case, dict(model.named_parameters()), gains, decaying)
    steps.take(gradients)
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
    wrong += check_last(case, model, steps, tensors, before, last)

    load(model, after)
    with torch.no_grad():
        if not close(tensors["scored"], model.eval()(tensors["inputs"])):
            wrong.append("scored outputs")
    return wrong


def recipe_of(case):
    fields = ("optimizer", "schedule", "warmup", "momentum", "weight_decay", "label_smoothing")
    return " ".join(str(case[name]) for name in fields)


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
            print(f"{case['task']:7} {case['norm']:11} {recipe_of(case)} {case['candidate']}: "
                  f"{wrong or 'equal'}")
    print(f"{len(folders) - failed} of {len(folders)} steps equal PyTorch's")
    return 1 if failed or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
