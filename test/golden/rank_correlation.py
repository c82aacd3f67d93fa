"""Reference values of test/analysis/rank-correlation.test.ts by SciPy: python test/golden/rank_correlation.py (numpy, scipy)
writes rank-correlation.json."""
import json
import pathlib

import numpy
from scipy.stats import kendalltau, spearmanr

generator = numpy.random.default_rng(0)
cases = [
    ([1, 2, 3, 4, 5], [3, 1, 4, 2, 5]),
    ([1, 1, 2, 2, 3, 3, 3], [2, 1, 1, 2, 2, 2, 3]),
    ([5, 4, 3, 2, 1], [1, 2, 3, 4, 5]),
    (generator.integers(0, 12, 40).tolist(), generator.integers(0, 9, 40).tolist()),
]
x = generator.normal(size=60).round(4)
cases.append((x.tolist(), (x + generator.normal(size=60)).round(1).tolist()))
rows = [{"xs": xs, "ys": ys, "spearman": float(spearmanr(xs, ys).statistic), "kendall": float(kendalltau(xs, ys).statistic)}
        for xs, ys in cases]
path = pathlib.Path(__file__).with_name("rank-correlation.json")
path.write_text(json.dumps(rows) + "\n")
