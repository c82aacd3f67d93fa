"""Writes network.safetensors: training steps of two stand-alone networks of NAS-Bench-201 in PyTorch, the reference of test/supernet.

    python network.py            (PyTorch 2.13, safetensors; float64 throughout, stored as float32)

The cells are spelt as the benchmark has them: every edge is computed, a `none` is a product with zero, modules are named
cells.N.layers.EDGE.op. In "whole" every edge has its part in the output, in "dead" node 2 and what enters it have none.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from supernet import EDGES, None_, Pool, Residual, Weighted
from torch import nn

ARCHITECTURES = {
    "whole": "|nor_conv_1x1~0|+|avg_pool_3x3~0|nor_conv_3x3~1|+|skip_connect~0|avg_pool_3x3~1|nor_conv_1x1~2|",
    "dead": "|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|skip_connect~0|nor_conv_3x3~1|none~2|",
}

OPERATIONS = {
    "none": lambda channels: None_(),
    "skip_connect": lambda channels: nn.Identity(),
    "nor_conv_1x1": lambda channels: Weighted(channels, channels, 1, 1, True),
    "nor_conv_3x3": lambda channels: Weighted(channels, channels, 3, 1, True),
    "avg_pool_3x3": lambda channels: Pool(),
}


class Cell(nn.Module):
    def __init__(self, architecture, channels):
        super().__init__()
        names = [part.split("~")[0] for node in architecture.split("+") for part in node.strip("|").split("|")]
        self.layers = nn.ModuleList([OPERATIONS[name](channels) for name in names])

    def forward(self, x):
        nodes = [x]
        for to in range(1, 4):
            nodes.append(sum(
                layer(nodes[int(edge[3])]) for edge, layer in zip(EDGES, self.layers) if int(edge[0]) == to
            ))
        return nodes[-1]


class Network(nn.Module):
    def __init__(self, architecture, channels, cells, classes):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))
        layers = [Cell(architecture, channels) for _ in range(cells)]
        for inputs in (channels, 2 * channels):
            layers.append(Residual(inputs, 2 * inputs))
            layers += [Cell(architecture, 2 * inputs) for _ in range(cells)]
        self.cells = nn.Sequential(*layers)
        self.lastact = nn.Sequential(nn.BatchNorm2d(4 * channels), nn.ReLU())
        self.classifier = nn.Linear(4 * channels, classes)

    def forward(self, x):
        return self.classifier(self.lastact(self.cells(self.stem(x))).mean((2, 3)))


def write(stored, name, architecture):
    torch.manual_seed(0)
    network = Network(architecture, channels=4, cells=1, classes=10)
    for module in network.modules():  # so that affine parameters and running statistics are not their trivial start
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.8, 1.2)
            nn.init.uniform_(module.weight, 0.7, 1.3)
            nn.init.normal_(module.bias, 0, 0.1)
    images, labels = torch.randn(8, 3, 16, 16), torch.randint(0, 10, (8,))
    # what the tests read is float32: round first, so that both sides start from the same numbers
    for tensor in [*network.parameters(), *network.buffers(), images]:
        if tensor.is_floating_point():
            tensor.data = tensor.data.float().double()
    found = {f"before.{key}": value.clone() for key, value in network.state_dict().items()}
    found |= {"images": images.permute(0, 2, 3, 1).contiguous(), "labels": labels}
    network.eval()
    found["logits.evaluation"] = network(images).detach()
    network.train()
    sgd = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    for step in (1, 2):  # at the second the momentum counts
        sgd.zero_grad()
        logits = network(images)
        loss = nn.functional.cross_entropy(logits, labels)
        loss.backward()
        sgd.step()
        if step == 1:
            found |= {"logits.training": logits.detach(), "loss": loss.detach()}
            found |= {f"gradient.{key}": p.grad.clone() for key, p in network.named_parameters()}
    found |= {f"after.{key}": value for key, value in network.state_dict().items()}
    stored |= {f"{name}.{key}": (v.float() if v.is_floating_point() else v).contiguous() for key, v in found.items()}
    print(json.dumps({name: architecture, "loss": loss.item()}), file=sys.stderr)


def main():
    torch.set_default_dtype(torch.float64)
    stored = {}
    for name, architecture in ARCHITECTURES.items():
        write(stored, name, architecture)
    save_file(stored, Path(__file__).with_suffix(".safetensors"), {"torch": torch.__version__})


if __name__ == "__main__":
    main()
