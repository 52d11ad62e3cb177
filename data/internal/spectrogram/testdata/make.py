# Writes spectrograms.csv: one line a case, rate, number of samples, then every
# 97th value of the normalised log-spectrogram, bins by frames, by
# scipy.signal.stft. Run with SciPy 1.12 or newer: python make.py
import csv

import numpy as np
from scipy import signal


def sound(rate, n):
    """A falling tone and a click; the test makes it too."""
    t = np.arange(n) / rate
    x = (0.5 * np.sin(2 * np.pi * (1000 * t - 300 * t**2))).astype(np.float32)
    x[n // 3] = 0.9
    return x


def spectrogram(x, rate):
    w, hop, frames = rate // 50, rate // 100, 101
    window = signal.get_window("hamming", w)  # periodic
    _, _, z = signal.stft(x.astype(np.float64), fs=rate, window=window, nperseg=w, noverlap=w - hop,
                          boundary="zeros", padded=False)
    s = np.log1p(np.abs(z * window.sum()))[: w // 2]  # undo SciPy's scaling
    s = s[:, :frames]
    s = (s - s.mean()) / s.std()
    return np.pad(s, ((0, 0), (0, frames - s.shape[1])))


with open("spectrograms.csv", "w", newline="") as f:
    out = csv.writer(f, lineterminator="\n")
    for rate, n in ((16000, 16000), (16000, 8000), (8000, 8000), (8000, 3200), (16000, 24000)):
        s = spectrogram(sound(rate, n), rate)
        out.writerow([rate, n, *(f"{v:.6f}" for v in s.ravel()[::97])])
