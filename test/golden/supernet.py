"""Writes supernet.safetensors: one step of NAS-Bench-201's search network in PyTorch, the reference of test/supernet.

    python supernet.py            (PyTorch 2.13, safetensors; float64 throughout, stored as float32)

The network is methods' section 3.1: the modules are named so that the state_dict has the names of the DrNAS authors' network, and
its values were compared with that network's once (load_state_dict(strict=True), logits equal to 1e-12).
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

EDGES = ["1<-0", "2<-0", "2<-1", "3<-0", "3<-1", "3<-2"]


class Weighted(nn.Module):
    """ReLU, convolution, batch norm as children 0, 1, 2 of `op`."""

    def __init__(self, inputs, outputs, size, stride, affine):
        super().__init__()
        convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
        self.op = nn.Sequential(nn.ReLU(), convolution, nn.BatchNorm2d(outputs, affine=affine))

    def forward(self, x):
        return self.op(x)


class None_(nn.Module):
    def forward(self, x):
        return x * 0


class Pool(nn.Module):
    def __init__(self):
        super().__init__()
        self.op = nn.AvgPool2d(3, 1, 1, count_include_pad=False)

    def forward(self, x):
        return self.op(x)


class Cell(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.edges = nn.ModuleDict({
            edge: nn.ModuleList([None_(), nn.Identity(), Weighted(channels, channels, 1, 1, False), Weighted(channels, channels, 3, 1, False), Pool()])
            for edge in EDGES
        })

    def forward(self, x, theta):
        nodes = [x]
        for to in range(1, 4):
            nodes.append(sum(
                theta[e, o] * operation(nodes[int(edge[3])])
                for e, edge in enumerate(EDGES) if int(edge[0]) == to
                for o, operation in enumerate(self.edges[edge])
            ))
        return nodes[-1]


class Residual(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv_a = Weighted(inputs, outputs, 3, 2, True)
        self.conv_b = Weighted(outputs, outputs, 3, 1, True)
        self.downsample = nn.Sequential(nn.AvgPool2d(2, 2), nn.Conv2d(inputs, outputs, 1, bias=False))

    def forward(self, x):
        return self.downsample(x) + self.conv_b(self.conv_a(x))


class Network(nn.Module):
    def __init__(self, channels, cells, classes, inputs=3):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(inputs, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))
        layers = [Cell(channels) for _ in range(cells)]
        for stage in (1, 2):
            layers.append(Residual(channels * stage, channels * stage * 2))
            layers += [Cell(channels * 2 * stage) for _ in range(cells)]
        self.cells = nn.ModuleList(layers)
        self.lastact = nn.Sequential(nn.BatchNorm2d(channels * 4), nn.ReLU())
        self.classifier = nn.Linear(channels * 4, classes)
        self._arch_parameters = nn.Parameter(1e-3 * torch.randn(6, 5))

    def forward(self, x, theta):
        x = self.stem(x)
        for layer in self.cells:
            x = layer(x, theta) if isinstance(layer, Cell) else layer(x)
        return self.classifier(self.lastact(x).mean((2, 3)))


def main():
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    network = Network(channels=4, cells=1, classes=10)
    for module in network.modules():  # so that affine parameters and running statistics are not their trivial start
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.8, 1.2)
            if module.affine:
                nn.init.uniform_(module.weight, 0.7, 1.3)
                nn.init.normal_(module.bias, 0, 0.1)
    images, labels = torch.randn(8, 3, 16, 16), torch.randint(0, 10, (8,))
    theta = torch.distributions.Dirichlet(torch.ones(6, 5)).sample().requires_grad_()
    # what the tests read is float32: round first, so that both sides start from the same numbers
    for tensor in [*network.parameters(), *network.buffers(), images, theta]:
        if tensor.is_floating_point():
            tensor.data = tensor.data.float().double()
    stored = {f"before.{name}": value.clone() for name, value in network.state_dict().items()}
    stored |= {"images": images.permute(0, 2, 3, 1).contiguous(), "labels": labels, "theta": theta.detach()}

    network.eval()
    stored["logits.evaluation"] = network(images, theta).detach()
    network.train()
    logits = network(images, theta)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    stored |= {"logits.training": logits.detach(), "loss": loss.detach(), "gradient.theta": theta.grad}
    stored |= {f"gradient.{name}": p.grad.clone() for name, p in network.named_parameters() if p.grad is not None}
    stored |= {f"after.{name}": value for name, value in network.state_dict().items() if "running" in name}

    # then one step of SGD as the search takes it: clip to a norm of 0.5 (small, so that it acts), momentum over an empty buffer, decay
    weights = [p for name, p in network.named_parameters() if name != "_arch_parameters"]
    norm = nn.utils.clip_grad_norm_(weights, 0.5)
    torch.optim.SGD(weights, 0.025, momentum=0.9, weight_decay=3e-4).step()
    stored["norm"] = norm.detach()
    stored |= {f"step.{name}": p.detach() for name, p in network.named_parameters() if name != "_arch_parameters"}
    stored = {name: (v.float() if v.is_floating_point() else v).contiguous() for name, v in stored.items()}
    save_file(stored, Path(__file__).with_suffix(".safetensors"), {"torch": torch.__version__})
    print(json.dumps({"loss": loss.item(), "norm": norm.item(), "tensors": len(stored)}), file=sys.stderr)


if __name__ == "__main__":
    main()
