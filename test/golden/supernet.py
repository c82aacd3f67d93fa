"""Writes supernet.safetensors and supernet-partial.safetensors: one step of NAS-Bench-201's search network in PyTorch, with all
channels and with partial channels (K = 4), the reference of test/supernet.

    python supernet.py [DIR]      (PyTorch 2.13, safetensors; float64 throughout, stored as float32)

The modules are named so that the state_dict has the names of the DrNAS authors' network. With DIR, a clone of their repository,
logits and gradients are compared with theirs (equal to 1e-12), as they were for the files here.
"""

import copy
import json
import sys
import types
import warnings
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
    """With partial channels, the first 1/share of a node's channels are mixed; the rest bypass them, and all are shuffled."""

    def __init__(self, channels, share):
        super().__init__()
        self.share, self.mixed = share, channels // share
        self.edges = nn.ModuleDict({
            edge: nn.ModuleList([None_(), nn.Identity(), Weighted(self.mixed, self.mixed, 1, 1, False),
                                 Weighted(self.mixed, self.mixed, 3, 1, False), Pool()])
            for edge in EDGES
        })

    def mix(self, x, operations, weights):
        mixture = sum(weight * operation(x[:, :self.mixed]) for weight, operation in zip(weights, operations))
        return nn.functional.channel_shuffle(torch.cat([mixture, x[:, self.mixed:]], 1), self.share)

    def forward(self, x, theta):
        nodes = [x]
        for to in range(1, 4):
            nodes.append(sum(
                self.mix(nodes[int(edge[3])], self.edges[edge], theta[e])
                for e, edge in enumerate(EDGES) if int(edge[0]) == to
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
    def __init__(self, channels, cells, classes, share, inputs=3):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(inputs, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))
        layers = [Cell(channels, share) for _ in range(cells)]
        for stage in (1, 2):
            layers.append(Residual(channels * stage, channels * stage * 2))
            layers += [Cell(channels * 2 * stage, share) for _ in range(cells)]
        self.cells = nn.ModuleList(layers)
        self.lastact = nn.Sequential(nn.BatchNorm2d(channels * 4), nn.ReLU())
        self.classifier = nn.Linear(channels * 4, classes)
        self._arch_parameters = nn.Parameter(1e-3 * torch.randn(6, 5))

    def forward(self, x, theta):
        x = self.stem(x)
        for layer in self.cells:
            x = layer(x, theta) if isinstance(layer, Cell) else layer(x)
        return self.classifier(self.lastact(x).mean((2, 3)))


def hessian(network, images, labels, x, theta_of):
    """Of the training loss by x, by differentiating twice."""
    network = copy.deepcopy(network)  # the running statistics stay
    x = x.detach().clone().requires_grad_()
    gradient = torch.autograd.grad(nn.functional.cross_entropy(network(images, theta_of(x)), labels), x, create_graph=True)[0]
    return torch.stack([torch.autograd.grad(g, x, retain_graph=True)[0].flatten() for g in gradient.flatten()])


def write(name, channels, share, authors):
    torch.manual_seed(0)
    network = Network(channels=channels, cells=1, classes=10, share=share)
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
    stored["hessian.theta"] = hessian(network, images, labels, theta, lambda theta: theta)
    stored["hessian.alpha"] = hessian(network, images, labels, theta.log(), lambda alpha: alpha.softmax(1))
    logits = network(images, theta)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    if authors:
        compare(authors(channels, share), stored, images, labels, theta, logits, network)
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
    save_file(stored, Path(__file__).with_name(f"{name}.safetensors"), {"torch": torch.__version__})
    print(json.dumps({"loss": loss.item(), "norm": norm.item(), "tensors": len(stored)}), file=sys.stderr)


def authors_network(folder):
    """The authors' network, on the CPU, with θ given."""
    sys.path[:0] = [f"{folder}/201-space", folder]
    warnings.filterwarnings("ignore")
    for name in ("torchvision", "torchvision.datasets", "torchvision.transforms"):  # imported by their utils, not used here
        sys.modules[name] = types.ModuleType(name)
    torch.Tensor.cuda = lambda self, *_, **__: self
    import search_model
    from cell_operations import NAS_BENCH_201

    search_model.process_step_matrix = lambda theta, *_: theta

    return lambda channels, share: search_model.TinyNetwork(
        C=channels, N=1, max_nodes=4, num_classes=10, criterion=None, search_space=NAS_BENCH_201, k=share, species="dirichlet")


def compare(theirs, stored, images, labels, theta, logits, ours):
    theirs.load_state_dict({name[7:]: value for name, value in stored.items() if name.startswith("before.")}, strict=True)
    theirs._arch_parameters.data = theta.detach().clone()
    found = theirs(images)
    nn.functional.cross_entropy(found, labels).backward()
    torch.testing.assert_close(found, logits, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(theirs._arch_parameters.grad, theta.grad, rtol=1e-12, atol=1e-12)
    mine = dict(ours.named_parameters())
    for name, parameter in theirs.named_parameters():
        if name != "_arch_parameters":
            torch.testing.assert_close(parameter.grad, mine[name].grad, rtol=1e-11, atol=1e-12)


def main():
    torch.set_default_dtype(torch.float64)
    authors = authors_network(sys.argv[1]) if len(sys.argv) > 1 else None
    write("supernet", 4, 1, authors)
    write("supernet-partial", 8, 4, authors)


if __name__ == "__main__":
    main()
