"""Writes one_shot.safetensors: passes of NAS-Bench-1Shot1's search networks and of NAS-Bench-101's networks in PyTorch.

    python one_shot.py [DIR]     (PyTorch 2.13, safetensors; float64 throughout, stored as float32)

The search networks of the three spaces, with partial channels of the first (K = 2), and the stand-alone networks of two cells. Weights,
images and θ follow from names, as in darts.py. Tensors are named as the authors' are. With DIR, a clone of the authors' repository
(automl/nasbench-1shot1), logits and gradients are compared with their networks' (equal to 1e-10), as they were for the file here.
"""

import sys
import types
from pathlib import Path
from unittest import mock

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from darts import compare, inputs, outcome, prepared, uniform

OPERATIONS = ["maxpool3x3", "conv3x3-bn-relu", "conv1x1-bn-relu"]
BLOCKS = {1: 4, 2: 4, 3: 5}
# By vertex its operation and its parents; the last is the output. In the first, channels are shared unevenly and cut.
CELLS = {
    "own": [("conv3x3-bn-relu", [0]), ("conv1x1-bn-relu", [1]), ("maxpool3x3", [0, 1]), ("conv3x3-bn-relu", [2, 3]), (None, [1, 3, 4])],
    "own-input": [("conv1x1-bn-relu", [0]), ("maxpool3x3", [0, 1]), (None, [0, 2])],
}


class Convolution(nn.Module):
    def __init__(self, inputs, outputs, window):
        super().__init__()
        self.op = nn.Sequential(nn.Conv2d(inputs, outputs, window, 1, window // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())

    def forward(self, x):
        return self.op(x)


class Operation(nn.Module):
    def __init__(self, name, channels):
        super().__init__()
        self.op = Convolution(channels, channels, int(name[4]))

    def forward(self, x):
        return self.op(x)


def operation(name, channels):
    return nn.MaxPool2d(3, 1, 1) if name == "maxpool3x3" else Operation(name, channels)


class MixedOp(nn.Module):
    def __init__(self, channels, share):
        super().__init__()
        self.share, self.mixed = share, channels // share
        self._ops = nn.ModuleList(operation(name, self.mixed) for name in OPERATIONS)

    def forward(self, x, weights):
        mixture = sum(weight * operation(x[:, :self.mixed]) for weight, operation in zip(weights, self._ops))
        if self.share == 1:
            return mixture
        return F.channel_shuffle(torch.cat([mixture, x[:, self.mixed:]], 1), self.share)


class Block(nn.Module):
    def __init__(self, channels, share):
        super().__init__()
        self.mixed_op = MixedOp(channels, share)


class SearchCell(nn.Module):
    def __init__(self, inputs, channels, space, share):
        super().__init__()
        self.space, blocks = space, BLOCKS[space]
        self._choice_blocks = nn.ModuleList(Block(channels, share) for _ in range(blocks))
        outputs = [channels] * blocks + [channels * blocks]
        self._input_projections = nn.ModuleList(Convolution(inputs, each, 1) for each in outputs)

    def forward(self, x, theta):
        """`theta` [rows, columns]: the blocks' operations, the inputs of those with a choice, the output's; columns 3 … are parents."""
        blocks = len(self._choice_blocks)
        states, row = [], blocks
        for n in range(blocks):
            parents = [self._input_projections[n](x), *states]
            if n > (1 if self.space == 1 else 0):
                parents = [weight * parent for weight, parent in zip(theta[row, 3:], parents)]
                row += 1
            states.append(self._choice_blocks[n].mixed_op(sum(parents), theta[n]))
        weights = theta[row, 3:]
        return weights[0] * self._input_projections[-1](x) + torch.cat([w * state for w, state in zip(weights[1:], states)], 1)


class SearchNetwork(nn.Module):
    def __init__(self, space, channels, cells, classes, share=1):
        super().__init__()
        self.stem = Convolution(3, channels, 3)
        self.reductions = (cells // 3, 2 * cells // 3)
        self.cells = nn.ModuleList()
        inputs = channels
        for k in range(cells):
            channels *= 2 if k in self.reductions else 1
            self.cells.append(SearchCell(inputs, channels, space, share))
            inputs = channels * BLOCKS[space]
        self.postprocess = nn.Module()
        self.postprocess.op = nn.Sequential(nn.ReLU(), nn.Conv2d(inputs, channels, 1, bias=False), nn.BatchNorm2d(channels, affine=False))
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x, under):
        x = self.stem(x)
        for k, cell in enumerate(self.cells):
            x = cell(F.max_pool2d(x, 2, 2, 1) if k in self.reductions else x, under["cell"])
        return self.classifier(self.postprocess.op(x).mean((2, 3))), None


class Vertex(nn.Module):
    def __init__(self, name, inputs, channels, projected):
        super().__init__()
        if projected:
            self.projection = Convolution(inputs, channels, 1)
        if name and name != "maxpool3x3":
            self.op = Convolution(channels, channels, int(name[4])).op


class Module(nn.Module):
    def __init__(self, vertices, inputs, outputs):
        super().__init__()
        self.vertices = vertices
        leading = [parent for parent in vertices[-1][1] if parent > 0]
        self.channels = [0] * len(vertices) + [outputs]
        for k, vertex in enumerate(leading):
            self.channels[vertex] = outputs // len(leading) + (k < outputs % len(leading))
        for v in range(len(vertices) - 1, 0, -1):
            if v not in leading:
                self.channels[v] = max(self.channels[w + 1] for w, (_, parents) in enumerate(vertices) if v in parents)
        for v, (name, parents) in enumerate(vertices, 1):
            self.add_module(f"vertex_{v}" if name else "output", Vertex(name, inputs, self.channels[v], 0 in parents))

    def forward(self, x):
        tensors = [x]
        for v, (name, parents) in enumerate(self.vertices, 1):
            vertex = getattr(self, f"vertex_{v}" if name else "output")
            incoming = [tensors[parent] for parent in parents if parent > 0]
            terms = [each[:, :self.channels[v]] for each in incoming] if name else [torch.cat(incoming, 1)]
            if 0 in parents:
                terms.append(vertex.projection(x))
            tensors.append(sum(terms))
            if name:
                tensors[-1] = vertex.op(tensors[-1]) if hasattr(vertex, "op") else F.max_pool2d(tensors[-1], 3, 1, 1)
        return tensors[-1]


class OwnNetwork(nn.Module):
    def __init__(self, vertices, channels, cells, classes):
        super().__init__()
        self.stem = Convolution(3, channels, 3).op
        self.reductions = (cells // 3, 2 * cells // 3)
        self.cells = nn.ModuleList()
        inputs = channels
        for k in range(cells):
            channels *= 2 if k in self.reductions else 1
            self.cells.append(Module(vertices, inputs, channels))
            inputs = channels
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x, _):
        x = self.stem(x)
        for k, cell in enumerate(self.cells):
            x = cell(F.max_pool2d(x, 2, 2, ceil_mode=True) if k in self.reductions else x)
        return self.classifier(x.mean((2, 3))), None


def theta_of(space):
    blocks = BLOCKS[space]
    shape = (blocks + blocks - (1 if space == 1 else 0), 3 + blocks + 1)
    u = (uniform("theta", shape) + 1.1).float().double()
    return (u / u.sum(1, keepdim=True)).float().double().requires_grad_()


def authors_network(folder, space, theta):
    """Their network for these weights, which it takes as they are where they are `discrete`."""
    sys.path.insert(0, folder)
    for name in ("nasbench", "matplotlib", "matplotlib.pyplot", "ConfigSpace", "networkx", "seaborn"):
        sys.modules[name] = mock.MagicMock()  # imported by their search spaces, not used here
    torch.Tensor.cuda = lambda self, *_, **__: self
    from nasbench_analysis.search_spaces.search_space_1 import SearchSpace1
    from optimizers.darts import model_search

    blocks = BLOCKS[space]
    kind = SearchSpace1() if space == 1 else types.SimpleNamespace()
    network = model_search.Network(4, 10, 3, None, True, kind, steps=blocks)
    first = 3 if space == 1 else 2  # parents of the first block that has a choice
    inputs = [theta[blocks + k:blocks + k + 1, 3:3 + first + k] for k in range(blocks + 1 - first)]
    network._arch_parameters = [theta[:blocks, :3], theta[-1:, 3:], *inputs]
    return network


def search(stored, name, space, share, folder):
    network = prepared(SearchNetwork(space, 4, 3, 10, share))
    before = {key: value.clone() for key, value in network.state_dict().items()}
    images, labels = inputs(16, 4)
    under = {"cell": theta_of(space)}
    stored |= outcome(network, name, images, labels, under, None)
    if folder and share == 1:
        theta = theta_of(space)
        theirs = authors_network(folder, space, theta)
        run = lambda network: (lambda logits: (logits, F.cross_entropy(logits, labels)))(network(images, discrete=True))
        gradients = {key: p.grad for key, p in network.named_parameters()}
        compare(theirs, before, run, {"logits": stored[f"{name}.logits.training"], "gradients": gradients}, lambda name: name)
        torch.testing.assert_close(theta.grad, under["cell"].grad, rtol=1e-8, atol=1e-10)


def main():
    torch.set_default_dtype(torch.float64)
    folder = sys.argv[1] if len(sys.argv) > 1 else None
    stored = {}
    for space in BLOCKS:
        search(stored, f"search-{space}", space, 1, folder)
    search(stored, "search-partial", 1, 2, folder)
    for name, vertices in CELLS.items():
        images, labels = inputs(10, 4)
        stored |= outcome(prepared(OwnNetwork(vertices, 8, 3, 10)), name, images, labels, None, None)
    save_file({name: value.float().contiguous() for name, value in stored.items()},
              Path(__file__).with_suffix(".safetensors"), {"torch": torch.__version__})
    for name, value in stored.items():
        print(name, tuple(value.shape), file=sys.stderr)


if __name__ == "__main__":
    main()
