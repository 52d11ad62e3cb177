"""Writes noise.json: inputs with torchvision's GaussianNoise, whose standard normal numbers are those of the stream
"noise" by NumPy's Philox and Box and Muller's method.

python3 -m venv v && v/bin/pip install torch==2.15.0 torchvision==0.29.2 && v/bin/python noise.py > noise.json
"""
import hashlib
import json
import struct
from unittest import mock

import numpy as np
import torch
from torchvision.transforms import v2


def normals(seed, epoch, step, sample, n):
    digest = hashlib.sha256(struct.pack("<Q", seed) + b"noise").digest()
    key = struct.unpack("<2Q", digest[:16])
    counter = ((step << 64) | (epoch << 128) | (sample << 192)) - 1
    words = [(counter % 2**256 >> (64 * i)) % 2**64 for i in range(4)]
    raw = np.random.Philox(key=np.array(key, dtype=np.uint64), counter=np.array(words, dtype=np.uint64)).random_raw(n + 1)
    numbers = []
    for a, b in zip(raw[::2], raw[1::2]):
        radius = np.sqrt(-2 * np.log((float(int(a) >> 12) + 0.5) * 2.0**-52))
        angle = 2 * np.pi * float(int(b) >> 11) * 2.0**-53
        numbers += [radius * np.cos(angle), radius * np.sin(angle)]
    return numbers[:n]


cases = []
for seed, epoch, step, samples, size, sigma in [(1, 0, 0, 2, 5, 0.1), (7, 3, 41, 3, 4, 0.05), (2**40, 199, 2**33, 1, 1, 2.0)]:
    x = np.random.RandomState(seed % 1000).randn(samples, size)
    e = torch.tensor([normals(seed, epoch, step, i, size) for i in range(samples)], dtype=torch.float64)
    with mock.patch("torch.randn_like", return_value=e):
        y = v2.GaussianNoise(mean=0.0, sigma=sigma, clip=False)(torch.tensor(x))
    cases.append(dict(Seed=seed, Epoch=epoch, Step=step, N=samples, Sigma=sigma, X=x.ravel().tolist(), Y=y.ravel().tolist()))
print(json.dumps(cases))
