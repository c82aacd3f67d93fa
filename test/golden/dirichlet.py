"""Reference values of test/distributions by mpmath: python test/golden/dirichlet.py (mpmath, scipy) writes dirichlet.json.

The pathwise derivatives are numeric derivatives, in 60 digits, of mpmath's incomplete beta function, so that nothing of
the derivation in src/distributions/beta.ts enters them. `python test/golden/dirichlet.py N` writes nothing; it prints N
more rows at random parameters, to be compared by hand.
"""
import json
import pathlib
import random
import sys

from mpmath import beta, betainc, digamma, exp, log, loggamma, mp, mpf, psi
from scipy.special import betaincinv

mp.dps = 60


def pathwise(x, a, total):
    """D(x, a, T) = -(dF(x; a, T - a) / da at a fixed b) / f / (1 - x)."""
    x, a, b = mpf(x), mpf(a), mpf(total) - mpf(a)
    if x > a / (a + b):  # the upper tail, which loses no digits there
        tail = lambda p: betainc(b, p, 0, 1 - x, regularized=True)
    else:
        tail = lambda p: -betainc(p, b, 0, x, regularized=True)
    difference = lambda h: (tail(a + h) - tail(a - h)) / (2 * h)
    h = a * mpf(10) ** -12
    slope = (4 * difference(h) - difference(2 * h)) / 3
    log_density = (a - 1) * log(x) + (b - 1) * log(1 - x) - loggamma(a) - loggamma(b) + loggamma(a + b)
    return slope / exp(log_density) / (1 - x)


def representable(x):
    """Quantiles of small parameters underflow or round to 1."""
    return min(max(float(x), 1e-300), 1 - 2**-53)


def grid():
    points = set()
    for a in (1e-3, 0.03, 0.4, 1.0, 1.7, 12.0, 150.0, 1e3):
        for ratio in (1.01, 1.1, 2, 5, 100):
            for q in (1e-6, 1e-3, 0.1, 0.5, 0.9, 1 - 1e-3, 1 - 1e-6):
                points.add((representable(betaincinv(a, a * ratio - a, q)), a, a * ratio))
    return sorted(points, key=lambda point: (point[1], point[2], point[0]))


def cumulative(x, a, b):
    if x > a / (a + b):
        return 1 - betainc(b, a, 0, 1 - x, regularized=True)
    return betainc(a, b, 0, x, regularized=True)


def quantile(a, b, probability):
    """By bisection in ln x."""
    a, b = mpf(a), mpf(b)
    low, high = -mpf(2) ** 21, -mpf(10) ** -20
    while high - low > mpf(10) ** -20:
        middle = (low + high) / 2
        low, high = (middle, high) if cumulative(exp(middle), a, b) < probability else (low, middle)
    return float(exp(low))


def quantiles():
    rows = []
    parameters = ((1, 4), (0.3, 2), (0.05, 0.35), (0.001, 4), (4, 0.001), (2.5, 4.5), (50, 250), (1000, 1000), (1000, 10), (0.01, 99000))
    for a, b in parameters:
        for probability in (1e-6, 0.05, 0.25, 0.5, 0.75, 0.95, 1 - 1e-6):
            x = quantile(a, b, probability)
            if 1e-300 < x < 1:
                rows.append([a, b, probability, x])
    return rows


def special():
    points = (1e-3, 0.07, 0.5, 1.0, 1.5, 2.0, 3.3, 11.99, 12.0, 40.0, 1e3, 1e5)
    increments = (1e-9, 1e-3, 0.5, 4.0, 1e3)
    return {
        "logGamma": [[x, float(loggamma(mpf(x)))] for x in points],
        "trigamma": [[x, float(psi(1, mpf(x)))] for x in points],
        "digammaIncrease": [[x, d, float(digamma(mpf(x) + mpf(d)) - digamma(mpf(x)))] for x in points for d in increments]
        + [[x, d, float(digamma(mpf(x) + mpf(d)) - digamma(mpf(x)))] for x, d in ((1.001, -0.999), (30.0, -29.0), (1e3, -1.0))],
        "logBeta": [[x, d, float(log(beta(mpf(x), mpf(d))))] for x in points for d in increments],
    }


CONCENTRATIONS = ([1, 1, 1, 1, 1], [0.9, 1.1, 1.3, 0.7, 1], [0.5, 2], [3, 4, 0.2], [0.05, 0.02, 4], [0.001, 0.002, 0.001], [40, 7.5, 1, 200], [1000, 1000])


def log_normalizer(beta_):
    return sum(map(loggamma, beta_)) - loggamma(sum(beta_))


def distributions():
    rows = []
    for index, concentration in enumerate(CONCENTRATIONS):
        beta_ = [mpf(value) for value in concentration]
        total = sum(beta_)
        size = len(beta_)
        weights = [mpf(3 + (5 * k) % 7) for k in range(size)]
        x = [float(weight / sum(weights)) for weight in weights]
        other = [mpf(1) / 2 + (index + 3 * k) % 5 for k in range(size)]
        log_density = sum((b - 1) * log(mpf(v)) for b, v in zip(beta_, x)) - log_normalizer(beta_)
        entropy = log_normalizer(beta_) + (total - size) * digamma(total) - sum((b - 1) * digamma(b) for b in beta_)
        kl = log_normalizer(other) - log_normalizer(beta_) + sum((b - o) * (digamma(b) - digamma(total)) for b, o in zip(beta_, other))
        rows.append({
            "concentration": concentration,
            "x": x,
            "logDensity": float(log_density),
            "entropy": float(entropy),
            "other": [float(o) for o in other],
            "kl": float(kl),
            "mean": [float(b / total) for b in beta_],
            "variance": [float(b * (total - b) / total**2 / (total + 1)) for b in beta_],
        })
    return rows


def lines(rows):
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"


def more(count):
    rnd = random.Random(0)
    for _ in range(count):
        a = 10 ** rnd.uniform(-3, 3)
        total = a * (1 + 10 ** rnd.uniform(-2, 2))
        x = representable(betaincinv(a, total - a, rnd.choice((10 ** rnd.uniform(-6, 0), 1 - 10 ** rnd.uniform(-6, 0)))))
        print(json.dumps([x, a, total, float(pathwise(x, a, total))]))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        more(int(sys.argv[1]))
    else:
        parts = {"pathwise": [[x, a, t, float(pathwise(x, a, t))] for x, a, t in grid()], "quantile": quantiles(), "distributions": distributions(), **special()}
        text = "{\n" + ",\n".join(f"{json.dumps(name)}: {lines(rows)}" for name, rows in parts.items()) + "\n}\n"
        pathlib.Path(__file__).with_suffix(".json").write_text(text)
