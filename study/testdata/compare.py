"""Writes compare.json, the reference for TestCompareAgainstSciPy and TestHolm.

    python3 compare.py > compare.json     (SciPy 1.17.1, NumPy 2.4.6)
"""
import json

import numpy as np
from scipy import stats

rng = np.random.default_rng(7)
cases = []
for n, shift, spread in [(2, 0.5, 1.0), (3, -1.5, 0.2), (5, -1.0, 0.8), (5, 0.0, 1.0), (8, 0.1, 3.0), (20, -0.4, 1.0), (200, 0.01, 1.0)]:
    base = np.round(rng.normal(12, 1, n), 3)
    other = np.round(base + rng.normal(shift, spread, n), 3)
    r = stats.ttest_rel(other, base)
    ci = r.confidence_interval(0.95)
    cases.append(dict(base=base.tolist(), other=other.tolist(), mean=float(np.mean(other - base)),
                      sd=float(np.std(other - base, ddof=1)), t=float(r.statistic), p=float(r.pvalue),
                      low=float(ci.low), high=float(ci.high)))

# Holm by its definition as a closed test of intersections with Bonferroni:
# p_i is the largest, over every subset that holds i, of size * smallest.
from itertools import combinations

holm = []
for m in [1, 2, 3, 6]:
    p = np.round(rng.uniform(0, 0.2, m), 4).tolist()
    adjusted = []
    for i in range(m):
        worst = 0.0
        for size in range(1, m + 1):
            for subset in combinations(range(m), size):
                if i in subset:
                    worst = max(worst, min(1.0, size * min(p[j] for j in subset)))
        adjusted.append(worst)
    holm.append(dict(p=p, holm=adjusted))
print(json.dumps(dict(compare=cases, holm=holm), indent=1))
