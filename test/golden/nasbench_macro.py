"""Writes nasbench_macro.json: logits of two networks of NAS-Bench-Macro in PyTorch, the reference of test/spaces.

    python nasbench_macro.py     (PyTorch 2.13; float64)

The network is spelt after the benchmark's description (train/model.py of xiusu/NAS-Bench-Macro); weights and images are made by a rule
that the test repeats: a sine of the index, shifted by the sum of the name's letters."""

import json
import math
from pathlib import Path

import torch
from torch import nn

CHANNELS, IMAGE, BATCH, CLASSES = 2, 16, 8, 3


def block(inputs, outputs, stride, choice):
    if choice == "0":
        if stride == 1:
            return nn.Sequential()
        return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
    kernel, expansion = {"1": (3, 3), "2": (5, 6)}[choice]
    hidden = expansion * inputs
    return nn.Sequential(
        nn.Conv2d(inputs, hidden, 1, bias=False),
        nn.BatchNorm2d(hidden),
        nn.ReLU(),
        nn.Conv2d(hidden, hidden, kernel, stride, kernel // 2, groups=hidden, bias=False),
        nn.BatchNorm2d(hidden),
        nn.ReLU(),
        nn.Conv2d(hidden, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
    )


class Layer(nn.Module):
    def __init__(self, inputs, outputs, stride, choice):
        super().__init__()
        self.layers = nn.ModuleList([nn.ModuleDict({"op": block(inputs, outputs, stride, choice)})])
        self.added = choice != "0" and stride == 1

    def forward(self, x):
        y = self.layers[0]["op"](x)
        return x + y if self.added else y


class Network(nn.Module):
    def __init__(self, digits):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, CHANNELS, 3, padding=1, bias=False), nn.BatchNorm2d(CHANNELS), nn.ReLU())
        layers, inputs, left = [], CHANNELS, iter(digits)
        for length in (2, 3, 3):
            for k in range(length):
                layers.append(Layer(inputs, inputs if k else 2 * inputs, 1 if k else 2, next(left)))
                inputs = inputs if k else 2 * inputs
        self.cells = nn.Sequential(*layers)
        self.out = nn.Sequential(nn.Conv2d(inputs, 1280, 1, bias=False), nn.BatchNorm2d(1280), nn.ReLU())
        self.classifier = nn.Linear(1280, CLASSES)

    def forward(self, x):
        return self.classifier(self.out(self.cells(self.stem(x))).mean((2, 3)))


def made_up(name, shape):
    count = math.prod(shape)
    shift = sum(map(ord, name))
    scale, base = (0.2, 1.0 if name.endswith("weight") else 0.0) if len(shape) == 1 else (0.5, 0.0)
    values = [base + scale * math.sin(0.7 * k + shift) for k in range(count)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


logits = {}
for digits in ("02012100", "21120012"):
    network = Network(digits).double().train()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.copy_(made_up(name, parameter.shape))
        images = made_up("images", (BATCH, 3, IMAGE, IMAGE))
        logits[digits] = network(images).tolist()
Path(__file__).with_suffix(".json").write_text(json.dumps(logits) + "\n")
