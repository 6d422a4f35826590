"""The networks of the task table as a user of PyTorch would write them: contiguous NCHW tensors,
ordinary torch.nn modules. Written by hand from the tasks' documentation, so that tests and
benchmarks have something to compare with that shares no code with the evaluator.

`activation(channels)` and `norm(channels, planes)` make what stands between the layers.
"""

import math

import torch
from torch import nn


def no_norm(channels, planes):
    return nn.Identity()


def batch_norm(channels, planes):
    return nn.BatchNorm2d(channels) if planes else nn.BatchNorm1d(channels)


def layer_norm(channels, planes):
    """Over all numbers of an example, with a scale and a shift of each channel."""
    return nn.GroupNorm(1, channels)


def layer_norm_of_rows(channels, planes):
    """The same for rows of features, as people write it."""
    return nn.LayerNorm(channels)


class RmsNorm(nn.Module):
    """Over all numbers of an example, with a scale of each channel."""

    def __init__(self, channels, planes):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        root = x.pow(2).mean(tuple(range(1, x.dim())), keepdim=True).add(1e-5).sqrt()
        return x / root * self.weight.view(1, -1, *[1] * (x.dim() - 2))


class Place(nn.Sequential):
    """A normalization, then an activation."""

    def __init__(self, channels, planes, norm, activation):
        super().__init__(norm(channels, planes), activation(channels))


class Mlp(nn.Module):
    def __init__(self, inputs, classes, hidden, norm, activation):
        super().__init__()
        self.linears = nn.ModuleList()
        self.places = nn.ModuleList()
        channels, height, width = inputs
        units = channels * height * width
        for more in hidden:
            self.linears.append(nn.Linear(units, more))
            self.places.append(Place(more, False, norm, activation))
            units = more
        self.last = nn.Linear(units, classes)

    def forward(self, x):
        x = x.flatten(1)
        for linear, place in zip(self.linears, self.places):
            x = place(linear(x))
        return self.last(x)


class Cnn(nn.Module):
    def __init__(self, inputs, classes, hidden, norm, activation, biases=True):
        super().__init__()
        self.convolutions = nn.ModuleList()
        self.places = nn.ModuleList()
        self.pools = nn.ModuleList()
        channels, height, width = inputs
        for more in hidden:
            self.convolutions.append(nn.Conv2d(channels, more, 3, padding=1,
                                               bias=biases))
            self.places.append(Place(more, True, norm, activation))
            channels = more
            pools = min(height, width) >= 2
            self.pools.append(nn.AvgPool2d(2) if pools else nn.Identity())
            if pools:
                height, width = height // 2, width // 2
        self.plane = (channels, height, width)
        self.last = nn.Linear(channels * height * width, classes)

    def forward(self, x):
        for convolution, place, pool in zip(self.convolutions, self.places, self.pools):
            x = pool(place(convolution(x)))
        return self.last(x.flatten(1))


class Block(nn.Module):
    """He et al. 2016, "Identity Mappings": normalization and activation before each convolution."""

    def __init__(self, inputs, outputs, stride, norm, activation):
        super().__init__()
        self.layer1 = Place(inputs, True, norm, activation)
        self.convolution1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.layer2 = Place(outputs, True, norm, activation)
        self.convolution2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.projection = None
        if stride != 1:
            self.projection = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        first = self.layer1(x)
        beside = x if self.projection is None else self.projection(first)
        return beside + self.convolution2(self.layer2(self.convolution1(first)))


class ResNet(nn.Module):
    def __init__(self, inputs, classes, hidden, norm, activation, blocks=1):
        super().__init__()
        self.first = nn.Conv2d(inputs[0], hidden[0], 3, padding=1, bias=False)
        self.blocks = nn.ModuleList()
        channels = hidden[0]
        for stage, more in enumerate(hidden):
            for block in range(blocks):
                stride = 2 if stage > 0 and block == 0 else 1
                self.blocks.append(Block(channels, more, stride, norm, activation))
                channels = more
        self.last_layer = Place(channels, True, norm, activation)
        self.last = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return self.last(self.last_layer(x).mean((2, 3)))


class Attention(nn.Module):
    """Vaswani et al. 2017, with a mask before the softmax; x: sequences x length x width."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.inputs = nn.Linear(width, 3 * width)
        self.outputs = nn.Linear(width, width)

    def forward(self, x):
        count, length, width = x.shape
        parts = [part.view(count, length, self.heads, -1).transpose(1, 2)
                 for part in self.inputs(x).chunk(3, dim=2)]
        q, k, v = parts
        scores = q @ k.transpose(2, 3) / math.sqrt(width // self.heads)
        hidden = torch.ones(length, length, dtype=torch.bool).triu(1)
        seen = scores.masked_fill(hidden, -math.inf).softmax(3) @ v
        return self.outputs(seen.transpose(1, 2).reshape(count, length, width))


class Tokenwise(nn.Module):
    """What works on rows of features, on every element of a sequence."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x.flatten(0, 1)).view(*x.shape[:2], -1)


class FeedForward(nn.Module):
    def __init__(self, width, activation):
        super().__init__()
        self.first = nn.Linear(width, 4 * width)
        self.activation = Tokenwise(activation(4 * width))
        self.last = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.last(self.activation(self.first(x)))


class Gated(nn.Module):
    """Shazeer 2020, with eight thirds of the width rounded to a multiple of 8."""

    def __init__(self, width, gate):
        super().__init__()
        units = (8 * width // 3 + 4) // 8 * 8
        self.value = nn.Linear(width, units)
        self.gate_linear = nn.Linear(width, units)
        self.gate = Tokenwise(gate(units))
        self.last = nn.Linear(units, width)

    def forward(self, x):
        return self.last(self.value(x) * self.gate(self.gate_linear(x)))


class TextBlock(nn.Module):
    def __init__(self, width, heads, norm, feed_forward):
        super().__init__()
        self.norm1 = Tokenwise(norm(width, False))
        self.attention = Attention(width, heads)
        self.norm2 = Tokenwise(norm(width, False))
        self.feed_forward = feed_forward

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.feed_forward(self.norm2(x))


class Text(nn.Module):
    """Radford et al. 2019: blocks with the normalization in front, one more behind them."""

    def __init__(self, length, symbols, width, heads, blocks, norm, activation, gated):
        super().__init__()
        part = Gated if gated else FeedForward
        self.embedding = nn.Embedding(symbols, width)
        self.places = nn.Parameter(torch.zeros(length, width))
        self.blocks = nn.ModuleList(
            TextBlock(width, heads, norm, part(width, activation)) for _ in range(blocks))
        self.last_norm = Tokenwise(norm(width, False))
        self.last = nn.Linear(width, symbols)

    def forward(self, tokens):
        x = self.embedding(tokens) + self.places
        for block in self.blocks:
            x = block(x)
        return self.last(self.last_norm(x)).flatten(0, 1)


def build(case, inputs, norm, activation):
    """The network of a case: its task and fields as in job files; `inputs`: the shape of an
    example."""
    task = case["task"]
    if task == "text":
        return Text(inputs[0], int(case["classes"]), int(case["width"]), int(case["heads"]),
                    int(case["blocks"]), norm, activation, case["feed_forward"] == "gated")
    if task in ("mlp", "fit"):
        outputs = int(case["outputs"] if task == "fit" else case["classes"])
        return Mlp(inputs if len(inputs) == 3 else (*inputs, 1, 1), outputs, case["hidden"], norm,
                   activation)
    if task == "cnn":
        return Cnn(inputs, int(case["classes"]), case["hidden"], norm, activation,
                   biases=case.get("norm") != "batch_norm")
    return ResNet(inputs, int(case["classes"]), case["hidden"], norm, activation,
                  int(case["blocks"]))
