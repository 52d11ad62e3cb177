"""Writes splits.json, the reference for TestCompareSplitsAgainstSciPy.

    python3 splits.py > splits.json     (SciPy 1.15.3, NumPy 2.2.6)

By the equation of Nadeau and Bengio, "Inference for the generalization error"
(2003): t = mean / sqrt((1/J + n2/n1) S^2) with J-1 degrees of freedom.
"""
import json

import numpy as np
from scipy import stats

rng = np.random.default_rng(11)
cases = []
for J, training, test, shift in [(2, 90, 10, 0.5), (5, 160, 40, -1.0), (10, 150, 50, 0.2), (15, 9, 3, -0.7), (30, 1000, 500, 0.0)]:
    base = np.round(rng.normal(20, 2, J), 3)
    other = np.round(base + rng.normal(shift, 1, J), 3)
    d = other - base
    error = np.sqrt((1 / J + test / training) * np.var(d, ddof=1))
    low, high = stats.t.interval(0.95, J - 1, loc=d.mean(), scale=error)
    cases.append(dict(base=base.tolist(), other=other.tolist(), training=training, test=test,
                      t=float(d.mean() / error), p=float(2 * stats.t.sf(abs(d.mean() / error), J - 1)),
                      low=float(low), high=float(high)))
print(json.dumps(cases, indent=1))
