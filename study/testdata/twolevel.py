"""Writes twolevel.json, the reference for TestCompareOnSamplesAgainstStatsmodels.

    python3 twolevel.py > twolevel.json     (statsmodels 0.14.4, SciPy 1.15.3, NumPy 2.2.6)

The variances of the grand mean of crossed random effects are those of the
two-way analysis of variance without replication: of the seeds, MS_seed / (n m);
of the samples without what they share with the seeds, (MS_sample - MS_rest) / (n m).
"""
import json

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

rng = np.random.default_rng(5)
cases = []
for n, m, seed, sample, rest in [(2, 30, 0.2, 2.0, 1.0), (5, 40, 1.0, 3.0, 1.0), (8, 25, 0.3, 1.0, 0.5), (4, 60, 0.5, 0.0, 1.0)]:
    y = 0.3 + seed * rng.normal(size=(n, 1)) + sample * rng.normal(size=(1, m)) + rest * rng.normal(size=(n, m))
    y = np.round(y, 4)
    rows = pd.DataFrame([dict(y=y[i, j], seed=i, sample=j) for i in range(n) for j in range(m)])
    ms = anova_lm(ols("y ~ C(seed) + C(sample)", rows).fit())["mean_sq"]
    seed_error = np.sqrt(ms["C(seed)"] / (n * m))
    sample_error = np.sqrt(max(0, ms["C(sample)"] - ms["Residual"]) / (n * m))
    half = np.hypot(stats.t.ppf(0.975, n - 1) * seed_error, stats.t.ppf(0.975, m - 1) * sample_error)
    cases.append(dict(differences=y.tolist(), mean=float(y.mean()), seederror=float(seed_error), sampleerror=float(sample_error), half=float(half), rest=float(ms["Residual"] / (n * m))))
print(json.dumps(cases))
