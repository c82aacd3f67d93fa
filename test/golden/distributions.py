"""Reference values of test/distributions by PyTorch and SciPy: python test/golden/distributions.py (torch, scipy) writes
distributions.json.

The Concrete's moments, entropy and divergences are PyTorch's densities summed over a grid of the differences of Gumbel
variables, whose joint density is the multivariate logistic one (Malik and Abraham, 1973), so that nothing of the derivation
in src/distributions/power-sum.ts enters them.
"""
import itertools
import json
import math
import pathlib

import torch
from scipy.special import ndtri
from torch import tensor
from torch.distributions import Categorical, Independent, Normal, kl_divergence
from torch.distributions.relaxed_categorical import ExpRelaxedCategorical

torch.set_default_dtype(torch.float64)


def gaussian(mean, deviation, other_mean, other_deviation):
    mean, deviation = tensor(mean, requires_grad=True), tensor(deviation, requires_grad=True)
    p = Independent(Normal(mean, deviation), 1)
    q = Independent(Normal(tensor(other_mean), tensor(other_deviation)), 1)
    noise = tensor([0.3, -1.2, 0.7, 2.1, -0.4])[: len(other_mean)]
    sample = mean + deviation * noise
    coefficients = torch.arange(len(other_mean)) ** 2 - 1.0
    weights = torch.softmax(sample, 0)
    (coefficients * weights).sum().backward()
    gradient = {"mean": mean.grad.tolist(), "deviation": deviation.grad.tolist()}
    mean.grad, deviation.grad = None, None
    kl = kl_divergence(p, q)
    kl.backward()
    return {
        "mean": mean.tolist(), "deviation": deviation.tolist(), "otherMean": other_mean, "otherDeviation": other_deviation,
        "sample": sample.tolist(), "weights": weights.tolist(), "coefficients": coefficients.tolist(), "gradient": gradient,
        "logDensity": p.log_prob(sample).item(), "entropy": p.entropy().item(), "kl": kl.item(),
        "klGradient": {"mean": mean.grad.tolist(), "deviation": deviation.grad.tolist()},
    }


def categorical(logits, other):
    logits = tensor(logits, requires_grad=True)
    p, q = Categorical(logits=logits), Categorical(logits=tensor(other))
    kl = kl_divergence(p, q)
    kl.backward()
    kl_gradient, scores = logits.grad.tolist(), []
    for index in range(len(other)):
        logits.grad = None
        Categorical(logits=logits).log_prob(tensor(index)).backward()
        scores.append(logits.grad.tolist())
    return {
        "logits": logits.tolist(), "other": other, "probabilities": p.probs.tolist(), "entropy": p.entropy().item(),
        "logDensity": [p.log_prob(tensor(index)).item() for index in range(len(other))],
        "kl": kl.item(), "klGradient": kl_gradient, "scores": scores,
    }


def point_mass(logits, coefficients):
    logits = tensor(logits, requires_grad=True)
    weights = torch.softmax(logits, 0)
    (tensor(coefficients) * weights).sum().backward()
    return {"logits": logits.tolist(), "weights": weights.tolist(), "coefficients": coefficients, "gradient": logits.grad.tolist()}


def gumbel_differences(size, step):
    """Points d_k = G_k - G_K, [points, K] with d_K = 0, and their probabilities."""
    line = torch.arange(-45, 45, step)
    points = torch.stack([axis.flatten() for axis in torch.meshgrid(*[line] * (size - 1), indexing="ij")], 1)
    points = torch.cat([points, torch.zeros(len(points), 1)], 1)
    log_density = math.lgamma(size) - points.sum(1) - size * torch.logsumexp(-points, 1)
    return points, torch.exp(log_density) * step ** (size - 1)


def log_density(logits, temperature, logs):
    """PyTorch's density of the logarithms, turned into that of the components."""
    return ExpRelaxedCategorical(temperature, logits=logits).log_prob(logs) - logs.sum(-1)


def concrete(logits, temperature, other, other_temperature):
    logits, other = tensor(logits), tensor(other)
    size = len(logits)
    # The density of a sample is analytic in a strip of width pi times the lower temperature.
    step = {2: 0.2, 3: 0.25}[size] * min(temperature, other_temperature, 1)
    points, probabilities = gumbel_differences(size, step)
    logs = torch.log_softmax((logits + points) / temperature, 1)
    mean = probabilities @ logs.exp()
    entropies = log_density(logits, tensor(temperature), logs)
    cross = log_density(other, tensor(other_temperature), logs)
    return {
        **concrete_sample(logits.tolist(), temperature),
        "other": other.tolist(), "otherTemperature": other_temperature,
        "total": probabilities.sum().item(), "mean": mean.tolist(),
        "variance": (probabilities @ (logs.exp() - mean) ** 2).tolist(),
        "entropy": -(probabilities @ entropies).item(), "kl": (probabilities @ (entropies - cross)).item(),
    }


def concrete_sample(logits, temperature):
    """A sample of given Gumbel noise, its density and the gradient of a linear function of it."""
    logits, temperature = tensor(logits, requires_grad=True), tensor(temperature, requires_grad=True)
    noise = tensor([0.3, -0.4, 1.7, 0.2, -0.1])[: len(logits)]
    logs = torch.log_softmax((logits + noise) / temperature, 0)
    coefficients = torch.arange(len(logits)) ** 2 - 1.0
    (coefficients * logs.exp()).sum().backward()
    return {
        "logits": logits.tolist(), "temperature": temperature.item(), "logs": logs.tolist(), "coefficients": coefficients.tolist(),
        "gradient": {"logits": logits.grad.tolist(), "temperature": temperature.grad.item()},
        "logDensity": log_density(logits, temperature, logs).item(),
    }


def quantiles():
    probabilities = (1e-300, 1e-20, 1e-12, 1e-6, 0.01, 0.0749, 0.0751, 0.3, 0.5, 0.77, 0.9249, 0.9251, 0.999, 1 - 1e-9)
    return [[p, float(ndtri(p))] for p in probabilities]


LOGITS = ([0.4, -0.7], [0.3, -1.0, 2.0], [0.0, 0.0, 0.0, 0.0, 0.0], [1.5, -0.2, 0.6, -3.0, 0.1])
ROWS = {
    "normalQuantile": quantiles(),
    "gaussian": [
        gaussian([0.4, -0.7], [1.0, 0.5], [0.0, 0.0], [1.0, 1.0]),
        gaussian([0.3, -1.0, 2.0], [0.1, 3.0, 1.0], [0.5, 0.5, -1.0], [2.0, 0.2, 1.0]),
        gaussian([1.5, -0.2, 0.6, -3.0, 0.1], [0.7, 0.8, 0.9, 1.1, 1.2], [0.0] * 5, [1.0] * 5),
    ],
    "categorical": [categorical(logits, [((3 * k) % 5) / 2 - 1 for k in range(len(logits))]) for logits in LOGITS],
    "pointMass": [point_mass(logits, [k * k - 1.0 for k in range(len(logits))]) for logits in LOGITS],
    "concrete": [
        concrete([0.4, -0.7], 1.0, [0.0, 0.0], 1.0),
        concrete([0.4, -0.7], 0.1, [1.0, 0.5], 0.5),
        concrete([3.0, -0.7], 0.01, [1.0, 0.5], 0.02),
        concrete([0.4, -0.7], 10.0, [1.0, 0.5], 3.0),
        concrete([0.3, -1.0, 2.0], 1.0, [0.5, 0.5, -1.0], 0.6),
        concrete([0.3, -1.0, 2.0], 0.3, [0.5, 0.5, -1.0], 0.5),
        concrete([0.3, -1.0, 2.0], 4.0, [0.0, 0.0, 0.0], 10.0),
        concrete([0.0, 0.0, 0.0], 0.5, [0.3, -1.0, 2.0], 0.5),
    ],
    "concreteSamples": [concrete_sample(logits, t) for logits, t in itertools.product(LOGITS, (0.1, 1.0, 5.0))],
}

if __name__ == "__main__":
    text = ",\n".join(f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in ROWS.items())
    pathlib.Path(__file__).with_suffix(".json").write_text("{\n" + text + "\n}\n")
