"""The other side of `npm run bench -- step --network ARCHITECTURE --python PYTHON`: the same training step in PyTorch, on the CPU.

    python reference_network.py ARCHITECTURE BATCH CHANNELS CELLS [eager | channels-last | compile]

Each line "N" on stdin runs N steps; the answer is a JSON line {"seconds": [...], "peakBytes": ...}. The network is the benchmark's
(Dong & Yang, ICLR 2020), with what has no effect left out: edges of `none`. Images are random tensors made once.
"""

import functools
import json
import resource
import sys
import time

import torch
from torch import nn

architecture, batch, channels, cells = sys.argv[1], *map(int, sys.argv[2:5])
variant = sys.argv[5] if len(sys.argv) > 5 else "eager"


def convolution(inputs, outputs, size, stride=1):
    return nn.Sequential(nn.ReLU(), nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs))


OPERATIONS = {
    "skip_connect": lambda channels: nn.Identity(),
    "nor_conv_1x1": lambda channels: convolution(channels, channels, 1),
    "nor_conv_3x3": lambda channels: convolution(channels, channels, 3),
    "avg_pool_3x3": lambda channels: nn.AvgPool2d(3, 1, 1, count_include_pad=False),
}


class Cell(nn.Module):
    def __init__(self, channels):
        super().__init__()
        parsed = [[part.split("~") for part in node.strip("|").split("|")] for node in architecture.split("+")]
        self.edges = [[(name, int(source)) for name, source in node if name != "none"] for node in parsed]
        self.nodes = nn.ModuleList([nn.ModuleList([OPERATIONS[name](channels) for name, _ in node]) for node in self.edges])

    def forward(self, x):
        values = [x]
        for edges, operations in zip(self.edges, self.nodes):
            terms = [operation(values[source]) for operation, (_, source) in zip(operations, edges)]
            values.append(functools.reduce(torch.add, terms))
        return values[-1]


class Residual(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.main = nn.Sequential(convolution(inputs, 2 * inputs, 3, 2), convolution(2 * inputs, 2 * inputs, 3))
        self.shortcut = nn.Sequential(nn.AvgPool2d(2, 2), nn.Conv2d(inputs, 2 * inputs, 1, bias=False))

    def forward(self, x):
        return self.shortcut(x) + self.main(x)


def stage(width):
    return [Cell(width) for _ in range(cells)]


torch.manual_seed(0)
network = nn.Sequential(
    nn.Conv2d(3, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels),
    *stage(channels), Residual(channels), *stage(2 * channels), Residual(2 * channels), *stage(4 * channels),
    nn.BatchNorm2d(4 * channels), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4 * channels, 10),
)
images, labels = torch.randn(batch, 3, 32, 32), torch.randint(0, 10, (batch,))
sgd = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
if variant == "channels-last":
    network, images = network.to(memory_format=torch.channels_last), images.contiguous(memory_format=torch.channels_last)
forward = torch.compile(network) if variant == "compile" else network


def step():
    sgd.zero_grad()
    loss = nn.functional.cross_entropy(forward(images), labels)
    loss.backward()
    sgd.step()
    return loss.item()


for line in sys.stdin:
    seconds = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"seconds": seconds, "peakBytes": peak, "torch": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
