"""Writes darts.safetensors: passes of the DARTS space's networks in PyTorch, the reference of test/supernet.

    python darts.py [DIR]        (PyTorch 2.13, safetensors; float64 throughout, stored as float32)

Search networks for CIFAR with all channels and with partial channels (K = 2), for ImageNet, and the stand-alone networks of one
genotype with their auxiliary towers and drop path. Weights, images and θ are not stored: they follow from a hash of their names
(test/supernet/formula.ts has the same one). Of gradients and running statistics every tensor keeps at most 16 numbers.

Modules are named as our networks' tensors are. With DIR, a clone of the DrNAS authors' repository, logits and gradients are compared
with their networks' (equal to 1e-10), as they were for the file here.
"""

import re
import sys
import types
import warnings
from pathlib import Path

import numpy
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

OPERATIONS = ["max_pool_3x3", "avg_pool_3x3", "skip_connect", "sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5"]
EDGES = [(to, source) for to in range(2, 6) for source in range(to)]
# Every operation is in each cell, at stride 2 too, and node 5 of the normal cell has two edges of nodes that are not its neighbours.
GENOTYPE = {
    "normal": [("sep_conv_3x3", 0), ("skip_connect", 1), ("max_pool_3x3", 0), ("dil_conv_5x5", 2), ("avg_pool_3x3", 1),
               ("sep_conv_5x5", 3), ("dil_conv_3x3", 0), ("skip_connect", 3)],
    "reduce": [("skip_connect", 0), ("sep_conv_3x3", 1), ("max_pool_3x3", 0), ("dil_conv_3x3", 1), ("avg_pool_3x3", 1),
               ("skip_connect", 2), ("sep_conv_5x5", 0), ("dil_conv_5x5", 1)],
}


class Factorised(nn.Module):
    """Two convolutions of stride 2, the second a pixel down and to the right; each gives half of the channels."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv_1 = nn.Conv2d(inputs, outputs // 2, 1, 2, bias=False)
        self.conv_2 = nn.Conv2d(inputs, outputs - outputs // 2, 1, 2, bias=False)

    def forward(self, x):
        return torch.cat([self.conv_1(x), self.conv_2(x[:, :, 1:, 1:])], 1)


def depthwise(channels, window, stride, dilation=1):
    return nn.Conv2d(channels, channels, window, stride, dilation * (window // 2), dilation, channels, bias=False)


def pointwise(inputs, outputs):
    return nn.Conv2d(inputs, outputs, 1, bias=False)


def layers_of(name, channels, stride, affine):
    """The layers of an operation; `affine`: in a stand-alone network, where poolings have no batch norm."""
    norm = lambda: nn.BatchNorm2d(channels, affine=affine)
    window = int(name[-1]) if name[-1].isdigit() else None
    if "pool" in name:
        pool = nn.MaxPool2d(3, stride, 1) if name.startswith("max") else nn.AvgPool2d(3, stride, 1, count_include_pad=False)
        return [pool] if affine else [pool, norm()]
    if name == "skip_connect":
        return [] if stride == 1 else [nn.ReLU(), Factorised(channels, channels), norm()]
    if name.startswith("dil"):
        return [nn.ReLU(), depthwise(channels, window, stride, 2), pointwise(channels, channels), norm()]
    return [
        nn.ReLU(), depthwise(channels, window, stride), pointwise(channels, channels), norm(),
        nn.ReLU(), depthwise(channels, window, 1), pointwise(channels, channels), norm(),
    ]


class Sequence(nn.Module):
    """Layers as children 0, 1, … of `op`."""

    def __init__(self, layers):
        super().__init__()
        self.op = nn.Sequential(*layers)

    def forward(self, x):
        return self.op(x)


class Inputs(nn.Module):
    """What the two inputs of a cell go through."""

    def __init__(self, before, last, channels, halved, affine):
        super().__init__()
        norm = lambda: nn.BatchNorm2d(channels, affine=affine)
        first = Factorised(before, channels) if halved else pointwise(before, channels)
        self.preprocess0 = Sequence([nn.ReLU(), first, norm()])
        self.preprocess1 = Sequence([nn.ReLU(), pointwise(last, channels), norm()])

    def inputs(self, before, last):
        return [self.preprocess0(before), self.preprocess1(last)]


class SearchCell(Inputs):
    def __init__(self, before, last, channels, kind, halved, share):
        super().__init__(before, last, channels, halved, False)
        self.kind, self.share, self.mixed = kind, share, channels // share
        self.edges = nn.ModuleDict({
            f"{to}<-{source}": nn.ModuleList(
                Sequence(layers_of(name, self.mixed, self.stride(source), False)) for name in OPERATIONS
            )
            for to, source in EDGES
        })

    def stride(self, source):
        return 2 if self.kind == "reduce" and source < 2 else 1

    def mix(self, x, operations, weights, stride):
        mixture = sum(weight * operation(x[:, :self.mixed]) for weight, operation in zip(weights, operations))
        if self.share == 1:
            return mixture
        bypass = x[:, self.mixed:]
        both = torch.cat([mixture, F.max_pool2d(bypass, 2) if stride == 2 else bypass], 1)
        return F.channel_shuffle(both, self.share)

    def forward(self, before, last, theta):
        nodes = self.inputs(before, last)
        for node in range(2, 6):
            nodes.append(sum(
                self.mix(nodes[source], self.edges[f"{to}<-{source}"], theta[self.kind][e], self.stride(source))
                for e, (to, source) in enumerate(EDGES) if to == node
            ))
        return torch.cat(nodes[2:], 1)


class OwnCell(Inputs):
    """A cell of the genotype; an operation is named by its edge's place among all 14."""

    def __init__(self, before, last, channels, kind, halved, _):
        super().__init__(before, last, channels, halved, True)
        self.genes = [(2 + k // 2, source, name) for k, (name, source) in enumerate(GENOTYPE[kind])]
        stride = lambda source: 2 if kind == "reduce" and source < 2 else 1
        self.layers = nn.ModuleDict({
            str(EDGES.index((to, source))): Sequence(layers_of(name, channels, stride(source), True))
            for to, source, name in self.genes
        })

    def forward(self, before, last, factors):
        """`factors` [batch, edges] of what edges give; an identity has none."""
        nodes = self.inputs(before, last)
        for node in range(2, 6):
            total = 0
            for to, source, _ in self.genes:
                if to == node:
                    place = EDGES.index((to, source))
                    operation = self.layers[str(place)]
                    dropped = factors is not None and len(operation.op) > 0
                    factor = factors[:, place].reshape(-1, 1, 1, 1) if dropped else 1
                    total = total + operation(nodes[source]) * factor
            nodes.append(total)
        return torch.cat(nodes[2:], 1)


class AuxiliaryHead(nn.Module):
    def __init__(self, channels, classes, stride, second_norm):
        super().__init__()
        norms = [nn.BatchNorm2d(768)] if second_norm else []
        self.features = nn.Sequential(
            nn.ReLU(), nn.AvgPool2d(5, stride, count_include_pad=False), pointwise(channels, 128), nn.BatchNorm2d(128), nn.ReLU(),
            nn.Conv2d(128, 768, 2, bias=False), *norms, nn.ReLU(),
        )
        self.classifier = nn.Linear(768, classes)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Network(nn.Module):
    """`cell` makes the cells; `auxiliary`: the stride of the tower's pooling, whether it has a second batch norm."""

    def __init__(self, cell, channels, cells, classes, image_net=False, share=1, auxiliary=None):
        super().__init__()
        stem = lambda inputs, outputs, stride: nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs))
        self.image_net = image_net
        if image_net:
            self.stem0 = nn.ModuleList([stem(3, channels // 2, 2), stem(channels // 2, channels, 2)])
            self.stem1 = stem(channels, channels, 2)
            before = last = channels
        else:
            self.stem = stem(3, 3 * channels, 1)
            before = last = 3 * channels
        self.cells = nn.ModuleList()
        halved, self.tower = image_net, 2 * cells // 3
        for k in range(cells):
            kind = "reduce" if k in (cells // 3, 2 * cells // 3) else "normal"
            channels *= 2 if kind == "reduce" else 1
            self.cells.append(cell(before, last, channels, kind, halved, share))
            halved, before, last = kind == "reduce", last, 4 * channels
            if k == self.tower and auxiliary:
                self.auxiliary_head = AuxiliaryHead(last, classes, *auxiliary)
        self.classifier = nn.Linear(last, classes)

    def forward(self, x, under):
        """`under`: θ by kind of cell, or each cell's factors."""
        if self.image_net:
            before = self.stem0[1](self.stem0[0](x).relu())
            last = self.stem1(before.relu())
        else:
            before = last = self.stem(x)
        side = None
        for k, cell in enumerate(self.cells):
            before, last = last, cell(before, last, under[k] if isinstance(under, list) else under)
            if k == self.tower and hasattr(self, "auxiliary_head") and self.training:
                side = self.auxiliary_head(last)
        return self.classifier(last.mean((2, 3))), side


# --- numbers from names ---

def uniform(name, shape):
    """In [-1, 1): a hash of the name (FNV-1a) and of the place."""
    start = 0x811C9DC5
    for letter in name.encode():
        start = (start ^ letter) * 0x01000193 % 2**32
    count = int(numpy.prod(shape))
    x = (numpy.arange(1, count + 1, dtype=numpy.uint64) * 0x9E3779B1 + start) % 2**32
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = (x ^ (x >> shift)) * factor % 2**32
    return torch.tensor((x ^ (x >> 16)).astype(numpy.float64) / 2**31 - 1).reshape(shape)


def value_of(name, shape):
    u = uniform(name, shape)
    if name.endswith("running_var"):
        value = 1 + 0.2 * u
    elif len(shape) == 1:
        value = (1 + 0.3 * u) if name.endswith("weight") else 0.1 * u
    else:
        value = u / numpy.sqrt(numpy.prod(shape[1:]))
    return value.float().double()


def prepared(network):
    state = {name: value if name.endswith("tracked") else value_of(name, tuple(value.shape))
             for name, value in network.state_dict().items()}
    network.load_state_dict(state)
    return network


def picked(tensor):
    """At most 16 numbers, evenly spread."""
    flat = tensor.flatten()
    return flat[:: -(-len(flat) // 16)]


def outcome(network, name, images, labels, under, weights):
    """What the tests compare; `weights` of the two losses."""
    network.eval()
    found = {"logits.evaluation": network(images, under)[0].detach()}
    network.train()
    logits, side = network(images, under)
    loss = F.cross_entropy(logits, labels)
    found |= {"logits.training": logits.detach(), "loss": loss.detach()}
    if side is not None:
        found["auxiliary"] = F.cross_entropy(side, labels).detach()
        loss = weights[0] * loss + weights[1] * F.cross_entropy(side, labels)
    parameters = dict(network.named_parameters())
    if side is not None:  # the Hessian by the weights along the gradient
        used = [p for p in parameters.values() if p.requires_grad]
        gradient = torch.autograd.grad(loss, used, create_graph=True)
        along = torch.autograd.grad(sum((g * g.detach()).sum() for g in gradient), used, retain_graph=True)
        found["curvature"] = sum((w * h).sum() for w, h in zip(used, along)).detach()
    loss.backward()
    state = network.state_dict()
    found["gradients"] = torch.cat([picked(parameters[key].grad) for key in sorted(parameters)])
    found["statistics"] = torch.cat([picked(state[key]) for key in sorted(state) if "running" in key])
    if isinstance(under, dict):
        found["theta"] = torch.cat([theta.grad for theta in under.values()])
    return {f"{name}.{key}": value for key, value in found.items()}


def inputs(side, batch):
    images = uniform("images", (batch, side, side, 3)).mul(numpy.sqrt(3)).float().double()
    return images.permute(0, 3, 1, 2).contiguous(), torch.arange(batch) * 3 % 10


def thetas():
    """[28, 7], rows that sum to 1, those of the normal cell first."""
    u = (uniform("theta", (28, 7)) + 1.1).float().double()
    rows = (u / u.sum(1, keepdim=True)).float().double()
    return {"normal": rows[:14].clone().requires_grad_(), "reduce": rows[14:].clone().requires_grad_()}


def factors(batch, cells, probability):
    keep = uniform("factors", (batch, cells, 14)) > 2 * probability - 1
    return [(keep[:, cell] / (1 - probability)) for cell in range(cells)]


# --- the authors' networks ---

def authors_modules(folder):
    sys.path[:0] = [f"{folder}/DARTS-space", folder]
    warnings.filterwarnings("ignore")
    for name in ("torchvision", "torchvision.datasets", "torchvision.transforms"):  # imported by their utils, not used here
        sys.modules[name] = types.ModuleType(name)
    torch.Tensor.cuda = lambda self, *_, **__: self
    import genotypes
    import model
    import model_search
    import model_search_imagenet
    import operations

    assert genotypes.PRIMITIVES == OPERATIONS
    for module in (model_search, model_search_imagenet):
        module.process_step_matrix = lambda theta, *_: theta
    genotype = genotypes.Genotype(GENOTYPE["normal"], range(2, 6), GENOTYPE["reduce"], range(2, 6))
    return types.SimpleNamespace(model=model, search=model_search, image_net=model_search_imagenet, genotype=genotype,
                                 operations=operations)


def theirs_of(name):
    """Our name of a tensor as theirs."""
    name = re.sub(r"edges\.(\d)<-(\d)\.(\d)", lambda m: f"_ops.{EDGES.index((int(m[1]), int(m[2])))}._ops.{m[3]}", name)
    name = re.sub(r"\.op\.1\.(conv_[12])", r".\1", name)
    name = re.sub(r"^stem0\.1\.(\d)", lambda m: f"stem0.{3 + int(m[1])}", name)
    name = re.sub(r"^stem1\.(\d)", lambda m: f"stem1.{1 + int(m[1])}", name)
    return re.sub(r"^stem0\.0\.", "stem0.", name)


def compare(theirs, ours, run, expected, rename):
    """`run` gives their logits and loss."""
    state, known = theirs.state_dict(), {}
    for name, value in ours.items():
        their = rename(name)
        if their not in state:  # the batch norm of a factorised reduction
            their = their.replace(".op.2.", ".bn.")
        known[name] = their
    assert set(known.values()) == set(state), set(known.values()) ^ set(state)
    theirs.load_state_dict({known[name]: value for name, value in ours.items()}, strict=True)
    theirs.train()
    logits, loss = run(theirs)
    loss.backward()
    torch.testing.assert_close(logits, expected["logits"], rtol=1e-10, atol=1e-10)
    parameters = dict(theirs.named_parameters())
    for name, gradient in expected["gradients"].items():
        torch.testing.assert_close(parameters[known[name]].grad, gradient, rtol=1e-8, atol=1e-10)


def search(stored, name, image_net, share, side, authors):
    network = prepared(Network(SearchCell, channels=4, cells=5, classes=10, image_net=image_net, share=share))
    before = {key: value.clone() for key, value in network.state_dict().items()}
    images, labels = inputs(side, 4)
    under = thetas()
    stored |= outcome(network, name, images, labels, under, None)
    if authors and not image_net:  # there their search network has a wider stem; the stand-alone one has ours
        theirs = authors.search.Network(4, 10, 5, None, k=share)
        theta = thetas()
        theirs.alphas_normal, theirs.alphas_reduce = theta["normal"], theta["reduce"]
        run = lambda network: (lambda logits: (logits, F.cross_entropy(logits, labels)))(network(images))
        gradients = {key: p.grad for key, p in network.named_parameters()}
        compare(theirs, before, run, {"logits": stored[f"{name}.logits.training"], "gradients": gradients}, theirs_of)
        for kind, value in theta.items():
            torch.testing.assert_close(value.grad, under[kind].grad, rtol=1e-8, atol=1e-10)


def own(stored, name, image_net, cells, side, batch, authors):
    auxiliary = (2, False) if image_net else (3, True)
    network = prepared(Network(OwnCell, channels=4, cells=cells, classes=10, image_net=image_net, auxiliary=auxiliary))
    before = {key: value.clone() for key, value in network.state_dict().items()}
    images, labels = inputs(side, batch)
    stored |= outcome(network, name, images, labels, [None] * cells, (1, 0.4))
    if authors:
        make = authors.model.NetworkImageNet if image_net else authors.model.NetworkCIFAR
        plain = {"max_pool_3x3": lambda c, stride, _: nn.MaxPool2d(3, stride, 1),  # DARTS's own; DrNAS's normalises pools here too
                 "avg_pool_3x3": lambda c, stride, _: nn.AvgPool2d(3, stride, 1, count_include_pad=False)}
        authors.operations.OPS.update(plain)
        theirs = make(4, 10, cells, True, authors.genotype)
        theirs.drop_path_prob = 0
        theirs.global_pooling = nn.AdaptiveAvgPool2d(1)

        def run(network):
            logits, side = network(images)
            return logits, F.cross_entropy(logits, labels) + 0.4 * F.cross_entropy(side, labels)

        def rename(name):
            cell = re.match(r"cells\.(\d)\.layers\.(\d+)\.(.*)", name)
            if not cell:
                return theirs_of(name)
            genes = network.cells[int(cell[1])].genes
            place = [EDGES.index((to, source)) for to, source, _ in genes].index(int(cell[2]))
            return theirs_of(f"cells.{cell[1]}._ops.{place}.{cell[3]}")

        gradients = {key: p.grad for key, p in network.named_parameters()}
        compare(theirs, before, run, {"logits": stored[f"{name}.logits.training"], "gradients": gradients}, rename)
    network.zero_grad()
    prepared(network)
    stored |= outcome(network, f"{name}-dropped", images, labels, factors(batch, cells, 0.3), (1, 0))


def main():
    torch.set_default_dtype(torch.float64)
    authors = authors_modules(sys.argv[1]) if len(sys.argv) > 1 else None
    stored = {}
    search(stored, "search", False, 1, 16, authors)
    search(stored, "search-partial", False, 2, 16, authors)
    search(stored, "search-imagenet", True, 1, 64, authors)
    own(stored, "own", False, 5, 32, 4, authors)
    own(stored, "own-imagenet", True, 4, 224, 2, authors)
    save_file({name: value.float().contiguous() for name, value in stored.items()},
              Path(__file__).with_suffix(".safetensors"), {"torch": torch.__version__})
    for name, value in stored.items():
        print(name, tuple(value.shape), file=sys.stderr)


if __name__ == "__main__":
    main()
