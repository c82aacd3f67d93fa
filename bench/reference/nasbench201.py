"""The networks of NAS-Bench-201 (Dong & Yang, ICLR 2020) in PyTorch, with edges of `none` left out."""

import functools

from serve import torch

nn = torch.nn


def convolution(inputs, outputs, size, stride=1):
    return nn.Sequential(nn.ReLU(), nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs))


OPERATIONS = {
    "skip_connect": lambda channels: nn.Identity(),
    "nor_conv_1x1": lambda channels: convolution(channels, channels, 1),
    "nor_conv_3x3": lambda channels: convolution(channels, channels, 3),
    "avg_pool_3x3": lambda channels: nn.AvgPool2d(3, 1, 1, count_include_pad=False),
}


class Cell(nn.Module):
    def __init__(self, architecture, channels):
        super().__init__()
        parsed = [[part.split("~") for part in node.strip("|").split("|")] for node in architecture.split("+")]
        self.edges = [[(name, int(source)) for name, source in node if name != "none"] for node in parsed]
        self.nodes = nn.ModuleList([nn.ModuleList([OPERATIONS[name](channels) for name, _ in node]) for node in self.edges])

    def forward(self, x):
        values = [x]
        for edges, operations in zip(self.edges, self.nodes):
            terms = [operation(values[source]) for operation, (_, source) in zip(operations, edges)]
            values.append(functools.reduce(torch.add, terms or [torch.zeros_like(x)]))
        return values[-1]


class Residual(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.main = nn.Sequential(convolution(inputs, 2 * inputs, 3, 2), convolution(2 * inputs, 2 * inputs, 3))
        self.shortcut = nn.Sequential(nn.AvgPool2d(2, 2), nn.Conv2d(inputs, 2 * inputs, 1, bias=False))

    def forward(self, x):
        return self.shortcut(x) + self.main(x)


def network(architecture, channels, cells):
    def stage(width):
        return [Cell(architecture, width) for _ in range(cells)]

    return nn.Sequential(
        nn.Conv2d(3, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels),
        *stage(channels), Residual(channels), *stage(2 * channels), Residual(2 * channels), *stage(4 * channels),
        nn.BatchNorm2d(4 * channels), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4 * channels, 10),
    )
