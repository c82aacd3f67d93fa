"""Writes bilevel.json: three steps of search methods on a small bilevel problem, by PyTorch's autograd in float64 from the
papers' formulas:   python bilevel.py   (PyTorch 2.13, mpmath and SciPy for dirichlet.py)

The network: two edges into one node, three operations on each, operation o of edge e the linear map x -> w_eo . x. It answers
sum_eo theta_eo (w_eo . x) + b, and its loss is the mean of half the squared errors. Where one operation of an edge runs, the
others add their weight alone, as in the authors' code of GDAS. The training loss is quadratic in the weights, so that DARTS'
finite difference of gradients is exact; `unrolled` checks it.

A step: the distribution learns from the search batch, then the weights from the training batch, clipped, by SGD.
"""

import json
import math
from pathlib import Path

import torch
from torch import tensor
from torch.autograd import grad
from torch.distributions import Dirichlet, kl_divergence

from dirichlet import pathwise

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
rounded = lambda *shape: (100 * torch.randn(*shape)).round() / 100
EDGES, OPERATIONS = 2, 3
batch = lambda: {"images": rounded(4, 2), "labels": torch.randint(-2, 3, (4,))}
DATA = {"search": batch(), "train": batch()}
START = {"w": rounded(EDGES, OPERATIONS, 2), "b": tensor(0.3), "eta": rounded(EDGES, OPERATIONS)}
RATES = (0.2, 0.15, 0.1)
MOMENTUM, DECAY, CLIP, IMAGES = 0.9, 0.05, 0.6, 50
ADAM = {"learningRate": 0.05, "betas": (0.5, 0.999)}
LAMBDA = 0.3
BY_ADAM = {"update": ADAM, "regulariser": {"weight": LAMBDA}}
first_to_last = lambda first, last, epoch: first + (last - first) * epoch / (len(RATES) - 1)
softmax = lambda logits: torch.softmax(logits, -1)
gumbel = lambda uniform: -torch.log(-torch.log(uniform))
one_hot = lambda index: torch.nn.functional.one_hot(index, OPERATIONS).double()


class Network:
    def __init__(self):
        self.weights = [START["w"].clone().requires_grad_(), START["b"].clone().requires_grad_()]
        self.sgd = torch.optim.SGD(self.weights, lr=1, momentum=MOMENTUM, weight_decay=DECAY)

    def loss(self, half, theta, path=None, weights=None):
        w, b = weights or self.weights
        images, labels = DATA[half]["images"], DATA[half]["labels"]
        outputs = torch.einsum("eof,nf->neo", w, images)
        if path is not None:
            runs = one_hot(path)
            outputs = runs * outputs + (1 - runs)
        return ((torch.einsum("eo,neo->n", theta, outputs) + b - labels) ** 2 / 2).mean()

    def step(self, rate, loss):
        self.sgd.param_groups[0]["lr"] = rate
        self.sgd.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights, CLIP)
        self.sgd.step()


class Noise:
    """Draws, and remembers them for the other side."""

    def __init__(self):
        self.drawn = []

    def uniform(self, *shape):
        return self.remember(torch.rand(*shape))

    def normal(self, *shape):
        return self.remember(torch.randn(*shape))

    def remember(self, draws):
        self.drawn += draws.flatten().tolist()
        return draws


def unrolled(network, theta, rate):
    """DARTS eqs. 5 to 7: the validation loss one step of the weights ahead, differentiated through the step."""
    weights = network.weights
    slopes = grad(network.loss("train", theta), weights, create_graph=True)
    buffers = [network.sgd.state[x].get("momentum_buffer", torch.zeros_like(x)) for x in weights]
    ahead = [x - rate * (MOMENTUM * m + g + DECAY * x) for x, m, g in zip(weights, buffers, slopes)]
    loss = network.loss("search", theta, weights=ahead)
    # Eqs. 7 and 8: the same by finite differences.
    point = theta.detach().requires_grad_()
    fixed = [x.detach().requires_grad_() for x in ahead]
    by_theta, *v = grad(network.loss("search", point, weights=fixed), [point, *fixed])
    radius = 0.01 / math.sqrt(sum((x * x).sum() for x in v))
    side = lambda r: grad(network.loss("train", point, weights=[x + r * d for x, d in zip(weights, v)]), point)[0]
    approximate = by_theta - rate * (side(radius) - side(-radius)) / (2 * radius)
    assert torch.allclose(grad(loss, theta, retain_graph=True)[0], approximate, atol=1e-10)
    return loss


def neumann(network, theta, rate, terms):
    """iDARTS: a surrogate whose gradient by theta is the truncated series'."""
    weights = network.weights
    loss = network.loss("search", theta)
    v = grad(loss, weights, retain_graph=True)
    slopes = grad(network.loss("train", theta), weights, create_graph=True)
    total = v
    for _ in range(terms):
        hv = grad(slopes, weights, v, retain_graph=True)
        v = [x - rate * h for x, h in zip(v, hv)]
        total = [t + x for t, x in zip(total, v)]
    through = sum((g * t.detach()).sum() for g, t in zip(slopes, total))
    return loss - rate * (through - through.detach())


class ByAdam:
    """Adam with coupled weight decay on the parameters down `objective`; `told` is the loss that is reported."""

    decay = LAMBDA

    def __init__(self, betas=ADAM["betas"]):
        self.parameters = self.start().clone().requires_grad_()
        self.adam = torch.optim.Adam([self.parameters], lr=ADAM["learningRate"], betas=betas, weight_decay=self.decay)

    def start(self):
        return START["eta"]

    def learn(self, network, noise, epoch):
        objective, told = self.objective(network, noise, epoch)
        self.adam.zero_grad()
        (self.parameters.grad,) = grad(objective, self.parameters)
        told = told + self.decay / 2 * (self.parameters**2).sum()
        self.adam.step()
        return told

    def objective(self, network, noise, epoch):
        loss = network.loss("search", *self.theta(noise, epoch))
        return loss, loss

    def train(self, network, noise, epoch):
        theta, *path = self.theta(noise, epoch)
        return network.loss("train", theta.detach(), *path)

    def row(self):
        return self.parameters.detach().flatten()


class Darts(ByAdam):
    def theta(self, noise, epoch):
        gamma, theta = self.shares()
        return (gamma * theta,)

    def shares(self):
        """The edges' and their operations'."""
        return torch.ones(EDGES, 1), softmax(self.parameters)


class DartsSecond(Darts):
    def objective(self, network, noise, epoch):
        loss = unrolled(network, softmax(self.parameters), RATES[epoch])
        return loss, loss


class IDarts(Darts):
    def objective(self, network, noise, epoch):
        loss = neumann(network, softmax(self.parameters), RATES[epoch], terms=2)
        return loss, loss


class PcDarts(Darts):
    """Operations' logits and then the edges', gamma their softmax over the edges into the node (eq. 3)."""

    def start(self):
        return torch.cat([START["eta"].flatten(), torch.zeros(EDGES)])

    def shares(self):
        gamma = softmax(self.parameters[-EDGES:])
        return gamma[:, None], softmax(self.parameters[:-EDGES].view(EDGES, OPERATIONS))


class Snas(ByAdam):
    def theta(self, noise, epoch):
        temperature = first_to_last(10, 1, epoch)
        return (softmax((self.parameters + gumbel(noise.uniform(EDGES, OPERATIONS))) / temperature),)


class Gdas(Snas):
    def theta(self, noise, epoch):
        (relaxed,) = super().theta(noise, epoch)
        top = relaxed.topk(2).values
        assert (top[:, 0] - top[:, 1]).min() > 1e-3
        path = relaxed.argmax(-1)
        return one_hot(path) + relaxed - relaxed.detach(), path


class Reparametrised(torch.autograd.Function):
    """A draw theta of Dir(beta) with its pathwise derivative (DrNAS eq. 3), which PyTorch's own has to 5e-4 only."""

    @staticmethod
    def forward(context, beta, theta):
        context.save_for_backward(beta, theta)
        return theta.clone()

    @staticmethod
    def backward(context, slope):
        beta, theta = context.saved_tensors
        total = beta.sum(-1, keepdim=True).expand_as(beta)
        d = [float(pathwise(*x)) for x in zip(theta.flatten().tolist(), beta.flatten().tolist(), total.flatten().tolist())]
        return tensor(d).view_as(beta) * (slope - (slope * theta).sum(-1, keepdim=True)), None


class DrNas(ByAdam):
    def theta(self, noise, epoch):
        beta = torch.nn.functional.elu(self.parameters) + 1
        return (Reparametrised.apply(beta, noise.remember(Dirichlet(beta.detach()).sample())),)


class DrNasKl(DrNas):
    decay, weight = 0, 0.2

    def objective(self, network, noise, epoch):
        loss, _ = super().objective(network, noise, epoch)
        beta = torch.nn.functional.elu(self.parameters) + 1
        loss = loss + self.weight * kl_divergence(Dirichlet(beta), Dirichlet(torch.ones_like(beta))).sum()
        return loss, loss.detach()


def clip_to_simplex(theta):
    """As the authors' code: into [0, 1], then divided by the sum."""
    clamped = theta.clamp(0, 1)
    assert (clamped.sum(-1) > 0).all()
    return clamped / clamped.sum(-1, keepdim=True)


class SdartsRs(Darts):
    def train(self, network, noise, epoch):
        epsilon = first_to_last(0.03, 0.3, epoch)
        gamma, theta = (x.detach() for x in self.shares())
        moved = clip_to_simplex(theta + epsilon * (2 * noise.uniform(EDGES, OPERATIONS) - 1))
        return network.loss("train", gamma * moved)


class SdartsAdv(Darts):
    def train(self, network, noise, epoch):
        """Projected gradient ascent on the training loss, which the weights then learn from."""
        epsilon, steps = first_to_last(0.03, 0.3, epoch), 7
        gamma, theta = (x.detach() for x in self.shares())
        worst = clip_to_simplex(theta + epsilon * (2 * noise.uniform(EDGES, OPERATIONS) - 1))
        for _ in range(steps):
            worst.requires_grad_()
            (slope,) = grad(network.loss("train", gamma * worst), worst)
            assert slope.abs().min() > 1e-4, "a sign that single precision could turn"
            moved = worst.detach() + 2 * epsilon / steps * slope.sign()
            worst = clip_to_simplex(theta + (moved - theta).clamp(-epsilon, epsilon))
        after, before = (network.loss("train", gamma * x) for x in (worst, theta))
        assert abs(after - before) > 1e-4
        return max(after, before)


class PcSdartsAdv(SdartsAdv, PcDarts):
    pass


class Dsnas(ByAdam):
    """A sampled path trains both: the distribution by each edge's dL/dtheta times the gradient of its log probability."""

    def objective(self, network, noise, epoch):
        self.path = sampled(self.parameters, noise)
        theta = one_hot(self.path).requires_grad_()
        loss = network.loss("train", theta, self.path)
        credit = (grad(loss, theta)[0] * theta.detach()).sum(-1)
        return (credit * log_probability(self.parameters, self.path)).sum(), loss.detach()

    def train(self, network, noise, epoch):
        return network.loss("train", one_hot(self.path), self.path)


class Parsec(ByAdam):
    decay = 0
    samples = 3

    def objective(self, network, noise, epoch):
        self.paths = [sampled(self.parameters, noise) for _ in range(self.samples)]
        losses = torch.stack([network.loss("search", one_hot(path), path) for path in self.paths]).detach()
        self.importance = torch.softmax(-len(DATA["search"]["labels"]) * losses, 0)
        log = torch.stack([log_probability(self.parameters, path).sum() for path in self.paths])
        return -(self.importance * log).sum(), (self.importance * losses).sum()

    def train(self, network, noise, epoch):
        return sum(p * network.loss("train", one_hot(path), path) for p, path in zip(self.importance, self.paths))


class Proxyless(ByAdam):
    """Two operations of each edge at a time, one gate open; the expected cost is added to the loss."""

    decay = 0
    costs = tensor([0.2, 0, 1])
    cost_weight = 0.5

    def __init__(self):
        super().__init__((0.0, 0.999))

    def learn(self, network, noise, epoch):
        before = self.parameters.detach().clone()
        pairs, gates = [], []
        for row in before:
            log_p = torch.log_softmax(row, -1)
            first = (log_p + gumbel(noise.uniform(OPERATIONS))).argmax().item()
            others = log_p.clone()
            others[first] = -1e9
            second = (others + gumbel(noise.uniform(OPERATIONS))).argmax().item()
            q = torch.softmax(row[[first, second]], -1)
            pairs.append([first, second])
            gates.append(first if noise.uniform(1).item() < q[0] else second)
        theta = one_hot(tensor(gates)).requires_grad_()
        loss = network.loss("search", theta)
        (by_gate,) = grad(loss, theta)
        # dL/dalpha_i = sum_j dL/dg_j dq_j/dalpha_i over the two.
        surrogate = sum((by_gate[e][pair] * softmax(self.parameters[e][pair])).sum() for e, pair in enumerate(pairs))
        cost = self.cost_weight * (softmax(self.parameters) * self.costs).sum()
        (self.parameters.grad,) = grad(surrogate + cost, self.parameters)
        self.adam.step()
        with torch.no_grad():
            for e, pair in enumerate(pairs):
                shift = before[e][pair].logsumexp(0) - self.parameters[e][pair].logsumexp(0)
                self.parameters[e, pair] += shift
        return loss + cost

    def train(self, network, noise, epoch):
        path = sampled(self.parameters.detach(), noise)
        return network.loss("train", one_hot(path), path)


def sampled(logits, noise):
    return (logits.detach() + gumbel(noise.uniform(EDGES, OPERATIONS))).argmax(-1)


def log_probability(logits, path):
    """By edge."""
    return torch.log_softmax(logits, -1).gather(-1, path[:, None])[:, 0]


class Gaea:
    rate = 0.5

    def __init__(self):
        self.point = softmax(START["eta"])

    def start(self):
        return START["eta"]

    def learn(self, network, noise, epoch):
        theta = self.point.clone().requires_grad_()
        loss = network.loss("search", theta)
        grown = self.point * torch.exp(-self.rate * grad(loss, theta)[0])
        self.point = grown / grown.sum(-1, keepdim=True)
        return loss

    def train(self, network, noise, epoch):
        return network.loss("train", self.point)

    def row(self):
        return self.point.flatten()


class Vadam:
    """BaLeNAS: Vadam (Khan et al., ICML 2018) on the logits' mean and scale; the weights learn at the mean."""

    prior = 2.0

    def __init__(self, samples, ahead=False):
        self.samples, self.ahead = samples, ahead
        self.mean = START["eta"].clone()
        self.m, self.s, self.t = torch.zeros_like(self.mean), torch.zeros_like(self.mean), 0

    def start(self):
        return self.row()

    def learn(self, network, noise, epoch):
        rate, (gamma1, gamma2) = ADAM["learningRate"], ADAM["betas"]
        gradients, losses = [], []
        for _ in range(self.samples):
            deviation = 1 / torch.sqrt(IMAGES * self.s + self.prior)
            logits = (self.mean + deviation * noise.normal(EDGES, OPERATIONS)).requires_grad_()
            theta = softmax(logits)
            losses.append(unrolled(network, theta, RATES[epoch]) if self.ahead else network.loss("search", theta))
            gradients.append(grad(losses[-1], logits)[0])
        g, squared = (torch.stack(x).mean(0) for x in (gradients, [x**2 for x in gradients]))
        precision = self.prior / IMAGES
        self.t += 1
        self.m = gamma1 * self.m + (1 - gamma1) * (g + precision * self.mean)
        self.s = gamma2 * self.s + (1 - gamma2) * squared
        corrected = self.m / (1 - gamma1**self.t), self.s / (1 - gamma2**self.t)
        self.mean = self.mean - rate * corrected[0] / (corrected[1].sqrt() + precision)
        return torch.stack(losses).mean()

    def train(self, network, noise, epoch):
        return network.loss("train", softmax(self.mean))

    def row(self):
        """[edges][means | ln of the deviations]."""
        return torch.stack([self.mean, -0.5 * torch.log(IMAGES * self.s + self.prior)], 1).flatten()


def run(method, learner, architecture):
    network, start, steps = Network(), learner.start().flatten().tolist(), []
    for epoch, rate in enumerate(RATES):
        search, train = Noise(), Noise()
        loss = learner.learn(network, search, epoch)
        network.step(rate, learner.train(network, train, epoch))
        w, b = network.weights
        steps.append({
            "noise": {"search": search.drawn, "train": train.drawn},
            "loss": loss.item(), "parameters": learner.row().tolist(),
            "w": w.flatten().tolist(), "b": b.item(),
        })
    return {"method": method, "architecture": architecture, "start": start, "steps": steps}


def balenas(samples, objective="first-order"):
    architecture = {
        "objective": {"kind": objective, "samples": samples},
        "distribution": {"deviation": 1 / math.sqrt(Vadam.prior)},
        "update": {**ADAM, "priorPrecision": Vadam.prior},
    }
    return run("balenas", Vadam(samples, objective == "unrolled"), architecture)


METHODS = [
    run("drnas", DrNas(), BY_ADAM),
    run("drnas", DrNasKl(), {"update": ADAM, "regulariser": {"kind": "anchor-kl", "weight": DrNasKl.weight}}),
    run("darts", Darts(), BY_ADAM),
    run("darts-second", DartsSecond(), BY_ADAM),
    run("idarts", IDarts(), {**BY_ADAM, "objective": {"inner": 1, "terms": 2}}),
    run("pc-darts", PcDarts(), {**BY_ADAM, "warmup": 0}),
    run("snas", Snas(), BY_ADAM),
    run("gdas", Gdas(), BY_ADAM),
    run("sdarts-rs", SdartsRs(), BY_ADAM),
    run("sdarts-adv", SdartsAdv(), BY_ADAM),
    run("pc-darts", PcSdartsAdv(), {**BY_ADAM, "warmup": 0, "perturbation": {"kind": "adversarial"}}),
    run("gaea", Gaea(), {"update": {"learningRate": Gaea.rate}}),
    run("dsnas", Dsnas(), BY_ADAM),
    run("parsec", Parsec(), {"update": ADAM, "objective": {"samples": Parsec.samples}}),
    run("proxylessnas", Proxyless(), {
        "update": {**ADAM, "betas": (0.0, 0.999)},
        "regulariser": {"weight": Proxyless.cost_weight, "costs": Proxyless.costs.tolist()},
    }),
    balenas(1),
    balenas(2),
    balenas(2, "unrolled"),
]
plain = lambda tensors: {name: x.tolist() for name, x in tensors.items()}
PROBLEM = {
    **{half: plain(data) for half, data in DATA.items()}, "w": START["w"].tolist(), "b": START["b"].item(),
    "rates": RATES, "momentum": MOMENTUM, "weightDecay": DECAY, "clip": CLIP, "images": IMAGES,
}
rows = ",\n".join(map(json.dumps, METHODS))
Path(__file__).with_suffix(".json").write_text(f'{{"problem": {json.dumps(PROBLEM)},\n"methods": [\n{rows}\n]}}\n')
