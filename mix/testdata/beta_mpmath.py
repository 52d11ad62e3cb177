"""Writes beta_mpmath.csv: density and distribution function of Beta(a, a) to
17 digits. Run in this folder with mpmath 1.4.1:

    python3 beta_mpmath.py > beta_mpmath.csv
"""

import mpmath

mpmath.mp.dps = 60

print("# python3 beta_mpmath.py, mpmath", mpmath.__version__)
print("a,x,log_density,cdf")
for a in ["0.001", "0.01", "0.1", "0.2", "0.5", "1", "2", "8", "32", "100"]:
    for x in ["1e-300", "1e-30", "1e-6", "0.01", "0.1", "0.3", "0.499", "0.5", "0.501", "0.7", "0.9", "0.99", "0.999999"]:
        # The numbers a float64 holds, not the decimal ones.
        fa, fx = mpmath.mpf(float(a)), mpmath.mpf(float(x))
        density = (fa - 1) * (mpmath.log(fx) + mpmath.log1p(-fx)) - mpmath.log(mpmath.beta(fa, fa))
        cdf = mpmath.betainc(fa, fa, 0, fx, regularized=True)
        print(a, x, mpmath.nstr(density, 17), mpmath.nstr(cdf, 17), sep=",")
