# Writes resampled.csv beside it: of a sound of n samples at one rate, what scipy.signal.resample_poly makes at
# another, every line FROM,TO,N,VALUES. The sound is a product of two tones, with a click.
#   python3 -m venv venv && venv/bin/pip install scipy==1.16.3 && venv/bin/python make.py
import numpy as np
from scipy.signal import resample_poly

with open("resampled.csv", "w") as out:
    for rate, to, n in [(44100, 16000, 500), (48000, 16000, 301), (8000, 16000, 150), (11025, 16000, 120), (22050, 8000, 333),
                        (16000, 44100, 80), (96000, 8000, 700), (44099, 16000, 200), (16000, 16000, 50), (8000, 16000, 1), (16000, 8000, 3)]:
        i = np.arange(n)
        x = 0.6 * np.sin(0.11 * i) * np.cos(0.7 * i)
        x[n // 3] = 0.9
        g = np.gcd(rate, to)
        y = resample_poly(x.astype(np.float32).astype(np.float64), to // g, rate // g)
        out.write(",".join([str(rate), str(to), str(n)] + [f"{v:.8g}" for v in y]) + "\n")
