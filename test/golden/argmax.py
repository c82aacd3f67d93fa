"""Reference values of test/distributions/argmax.test.ts by SciPy's adaptive quadrature: python test/golden/argmax.py (numpy, scipy)
writes argmax.json. A Dirichlet's largest component is the largest of independent gamma variables."""
import json
import pathlib

import numpy
from scipy.integrate import quad
from scipy.stats import gamma, norm


def largest(variables, points):
    def of(k):
        def integrand(z):
            others = [v.cdf(z) for i, v in enumerate(variables) if i != k]
            return variables[k].pdf(z) * numpy.prod(others)
        return sum(quad(integrand, a, b, epsabs=1e-12, limit=200)[0] for a, b in zip(points, points[1:]))
    return [of(k) for k in range(len(variables))]


dirichlets = [[1.5, 2.5], [1, 2, 3, 1, 1], [0.3, 0.4, 2], [0.05, 0.2, 0.1], [40, 45, 30, 50]]
gaussians = [([0, 0.5], [1, 1]), ([0.2, -1, 0.6, 0], [1, 0.3, 0.5, 2]), ([0, 0.1], [0.01, 1])]
rows = {
    "dirichlet": [{"concentration": b, "probabilities": largest([gamma(x) for x in b], [0, 1e-12, 1e-6, 1e-3, 0.1, 1, 5, 20, 60, 200])}
                  for b in dirichlets],
    "gaussian": [{"mean": m, "deviation": s, "probabilities": largest([norm(*x) for x in zip(m, s)], [-20, -5, -1, -0.1, 0, 0.1, 1, 5, 20])}
                 for m, s in gaussians],
}
pathlib.Path(__file__).with_name("argmax.json").write_text(json.dumps(rows) + "\n")
