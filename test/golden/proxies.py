"""Writes proxies.json: training-free proxies in PyTorch, the reference of test/proxies.

    python proxies.py            (PyTorch 2.13, NumPy; float64)

Weights and images follow from a hash of their names (darts.py; test/supernet/formula.ts has the same one); labels are 0, 1, 2, 0, ….
Layers are looked at by hooks on modules, nothing is shared between proxies. In "dead" an edge without effect on the output is not looked
at (`unused`).
"""

import contextlib
import json
from pathlib import Path

import darts
import network
import numpy
import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 10


def layers(net):
    return [module for module in net.modules() if isinstance(module, (nn.Conv2d, nn.Linear))]


def modules(net, kind, unused):
    return [module for name, module in net.named_modules() if isinstance(module, kind) and not name.startswith(tuple(unused))]


def loss_gradients(net, images, labels, **options):
    weights = [layer.weight for layer in layers(net)]
    gradients = torch.autograd.grad(F.cross_entropy(net(images), labels), weights, allow_unused=True, **options)
    return [(w, torch.zeros_like(w) if g is None else g) for w, g in zip(weights, gradients)]


@contextlib.contextmanager
def hooked(modules, hook):
    handles = [module.register_forward_hook(hook) for module in modules]
    yield
    for handle in handles:
        handle.remove()


def grasp(net, images, labels):
    fixed = [g.detach() for _, g in loss_gradients(net, images, labels)]
    pairs = loss_gradients(net, images, labels, create_graph=True)
    flow = sum((f * g).sum() for f, (_, g) in zip(fixed, pairs))
    products = torch.autograd.grad(flow, [w for w, _ in pairs], allow_unused=True)
    return -sum((w * h).sum() for (w, _), h in zip(pairs, products) if h is not None)


def fisher(net, images, labels):
    seen = []

    def hook(module, _, output):
        output.retain_grad()
        seen.append((module, output))

    with hooked(layers(net), hook):
        F.cross_entropy(net(images), labels).backward()
    total = 0
    for module, a in seen:
        if a.grad is not None:
            product = a * a.grad
            channels = product.flatten(2).sum(2) if product.dim() > 2 else product
            total += (channels.square().mean(0) / 2).sum() * module.weight[0].numel()
    return total


def synflow(net, images):
    norms = [(parent, name) for parent in net.modules() for name, child in parent.named_children() if isinstance(child, nn.BatchNorm2d)]
    for parent, name in norms:
        setattr(parent, name, nn.Identity())
    for parameter in net.parameters():
        parameter.data.abs_()
    weights = [layer.weight for layer in layers(net)]
    flows = torch.autograd.grad(net(torch.ones_like(images[:1])).sum(), weights, allow_unused=True)
    return sum((w * g).abs().sum() for w, g in zip(weights, flows) if g is not None).log()


def codes(net, images, unused):
    seen = []
    with torch.no_grad(), hooked(modules(net, nn.ReLU, unused), lambda _, inputs, __: seen.append((inputs[0] > 0).double().flatten(1))):
        net(images)
    return seen


def naswot(net, images, unused):
    kernel = sum(code @ code.T + (1 - code) @ (1 - code).T for code in codes(net, images, unused))
    return torch.linalg.slogdet(kernel)[1]


def jacobian(net, images):
    x = images.clone().requires_grad_()
    net(x).sum().backward()
    return x.grad.permute(0, 2, 3, 1).flatten(1).numpy()


def jacob_cov(net, images):
    v = numpy.linalg.eigvalsh(numpy.corrcoef(jacobian(net, images)))
    return -(numpy.log(v + 1e-5) + 1 / (v + 1e-5)).sum()


def epe_nas(net, images, labels, classes):
    rows = jacobian(net, images)
    values = []
    for label in labels.unique():
        rho = numpy.atleast_2d(numpy.corrcoef(rows[(labels == label).numpy()]))
        values.append(numpy.log(numpy.abs(rho) + 1e-5).sum() / (len(rho) if classes > 100 else 1))
    if classes <= 100:
        return numpy.abs(values).sum()
    return sum(abs(a - b) for a in values for b in values) / len(values)


def ntk(net, images):
    weights = [p for name, p in net.named_parameters() if name.endswith("weight")]
    logits = net(images)
    rows = []
    for row in logits:
        gradients = torch.autograd.grad(row.sum(), weights, retain_graph=True, allow_unused=True)
        rows.append(torch.cat([g.flatten() for g in gradients if g is not None]))
    rows = torch.stack(rows)
    values = torch.linalg.eigvalsh(rows @ rows.T)
    return values[-1] / values[0]


def zen(net, images, features, unused):
    moved = images + 0.01 * darts.uniform("epsilon", (len(images), 16, 16, 3)).float().double().permute(0, 3, 1, 2)
    maps, variances = [], []
    norms = modules(net, nn.BatchNorm2d, unused)
    with torch.no_grad(), hooked([features], lambda _, __, output: maps.append(output)):
        net(images)
        with hooked(norms, lambda _, inputs, __: variances.append(inputs[0].var((0, 2, 3)).mean())):
            net(moved)
    difference = (maps[0] - maps[1]).abs().sum((1, 2, 3)).mean()
    return difference.log() + sum(variance.sqrt().log() for variance in variances)


def regions(make):
    net = darts.prepared(make(1))
    noise = darts.uniform("samples", (200, 4, 4, 3)).mul(0.05)  # around one image, so that some share a region
    samples = (darts.uniform("base", (1, 4, 4, 3)) + noise).float().double().permute(0, 3, 1, 2)
    return len(set(map(tuple, torch.cat(codes(net, samples, ()), 1).tolist())))


def scores(make, features, unused=()):
    """@param make makes the network at so many channels. @param features its module that gives what the head averages."""
    images, _ = darts.inputs(16, 8)
    labels = torch.arange(8) % 3
    fresh = lambda: darts.prepared(make(4)).train()
    pairs = [(w.detach(), g) for w, g in loss_gradients(fresh(), images, labels)]
    used = [p for name, p in fresh().named_parameters() if not name.startswith(tuple(unused))]
    return {
        "synflow": synflow(fresh(), images),
        "snip": sum((w * g).abs().sum() for w, g in pairs),
        "grasp": grasp(fresh(), images, labels),
        "fisher": fisher(fresh(), images, labels),
        "grad_norm": sum(g.norm() for _, g in pairs),
        "l2_norm": sum(p.norm() for p in used if p.dim() > 1),
        "plain": sum((w * g).sum() for w, g in pairs),
        "jacob_cov": jacob_cov(fresh(), images),
        "naswot": naswot(fresh(), images, unused),
        "ntk": ntk(fresh(), images),
        "zen": zen(net := fresh(), images, features(net), unused),
        "epe_nas": epe_nas(fresh(), images, labels, CLASSES),
        "epe_nas, 120 classes": epe_nas(fresh(), images, labels, 120),
        "params": sum(p.numel() for p in used),
        "regions": regions(make),
    }


class Darts(darts.Network):
    def __init__(self, channels):
        super().__init__(darts.OwnCell, channels, 3, CLASSES)

    def forward(self, x):
        return super().forward(x, [None] * 3)[0]


def main():
    torch.set_default_dtype(torch.float64)
    nasbench201 = lambda text: lambda channels: network.Network(text, channels, 1, CLASSES)
    found = {
        "whole": scores(nasbench201(network.ARCHITECTURES["whole"]), lambda net: net.lastact),
        "dead": scores(nasbench201(network.ARCHITECTURES["dead"]), lambda net: net.lastact, [f"cells.{c}.layers.2." for c in (0, 2, 4)]),
        "darts": scores(Darts, lambda net: net.cells[-1]),
    }
    stored = {"torch": torch.__version__} | {name: {key: torch.as_tensor(x).item() for key, x in values.items()} for name, values in found.items()}
    Path(__file__).with_suffix(".json").write_text(json.dumps(stored, indent=2) + "\n")


if __name__ == "__main__":
    main()
