"""The networks of the task table as a user of PyTorch would write them: contiguous NCHW tensors,
ordinary torch.nn modules. Written by hand from the tasks' documentation, so that tests and
benchmarks have something to compare with that shares no code with the evaluator.

`activation(channels)` and `norm(channels, planes)` make what stands between the layers.
"""

from torch import nn


def no_norm(channels, planes):
    return nn.Identity()


def batch_norm(channels, planes):
    return nn.BatchNorm2d(channels) if planes else nn.BatchNorm1d(channels)


def layer_norm(channels, planes):
    """Over all numbers of an example, with a scale and a shift of each channel."""
    return nn.GroupNorm(1, channels)


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
    def __init__(self, inputs, classes, hidden, norm, activation):
        super().__init__()
        self.convolutions = nn.ModuleList()
        self.places = nn.ModuleList()
        self.pools = nn.ModuleList()
        channels, height, width = inputs
        for more in hidden:
            self.convolutions.append(nn.Conv2d(channels, more, 3, padding=1))
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


NETWORKS = {"mlp": Mlp, "cnn": Cnn, "resnet": ResNet}
