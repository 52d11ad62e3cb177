"""Writes signflip.json, the reference for TestSignFlipAgainstSciPy.

    python3 signflip.py > signflip.json     (SciPy 1.17.1, NumPy 2.4.6)
"""
import json

import numpy as np
from scipy import stats

rng = np.random.default_rng(11)
cases = []
for n, shift, spread in [(2, 0.5, 1.0), (3, -1.5, 0.2), (5, -1.0, 0.8), (6, 1.0, 0.5), (8, 0.1, 3.0), (12, -0.4, 1.0), (16, 0.3, 0.6)]:
    d = np.round(rng.normal(shift, spread, n), 2)
    r = stats.permutation_test((d,), np.sum, permutation_type="samples", n_resamples=np.inf, alternative="two-sided")
    cases.append(dict(differences=d.tolist(), p=float(r.pvalue)))
# Ties: whole numbers, many of whose signed sums are equal.
for d in ([1, 1, 1, -1, 2, 3], [0, 0, 1, 2], [5, 5, 5, 5, 5, 5, 5]):
    r = stats.permutation_test((np.array(d, float),), np.sum, permutation_type="samples", n_resamples=np.inf, alternative="two-sided")
    cases.append(dict(differences=d, p=float(r.pvalue)))
print(json.dumps(cases, indent=1))
