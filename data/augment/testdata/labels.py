# Writes labels.csv: one line a case, source size (columns, rows), part (x, y,
# columns, rows), target size (columns, rows), SHA-256 of the labels that
# torchvision makes of a tv_tensors.Mask, and whether Pillow's NEAREST makes the
# same. Run with torchvision 0.29 or newer: python labels.py
import hashlib

import PIL
import torch
import torchvision
from PIL import Image
from torchvision import tv_tensors
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

CASES = [
    ((7, 5), (0, 0, 7, 5), (3, 2)), ((7, 5), (0, 0, 7, 5), (14, 11)), ((7, 5), (0, 0, 7, 5), (21, 15)),
    ((100, 80), (10, 20, 61, 43), (32, 32)), ((100, 80), (0, 0, 100, 80), (224, 224)),
    ((160, 120), (0, 0, 160, 120), (80, 60)), ((160, 120), (0, 0, 160, 120), (64, 48)), ((480, 360), (0, 0, 480, 360), (160, 120)),
    ((500, 375), (0, 0, 500, 375), (341, 256)), ((500, 375), (31, 7, 400, 300), (224, 224)),
    ((64, 64), (0, 0, 64, 64), (1, 1)), ((1, 1), (0, 0, 1, 1), (5, 4)), ((33, 2), (1, 0, 30, 2), (30, 7)), ((640, 3), (0, 0, 640, 3), (3, 640)),
]


def pixels(w, h):
    """A linear congruential sequence, which the test makes too."""
    state, out = 1, bytearray()
    for _ in range(w * h):
        state = (state * 1664525 + 1013904223) % 2**32
        out.append(state >> 24)
    return bytes(out)


with open("labels.csv", "w") as f:
    print(f"# torchvision {torchvision.__version__.split('+')[0]}, Pillow {PIL.__version__}", file=f)
    for (w, h), (x, y, pw, ph), (tw, th) in CASES:
        values = pixels(w, h)
        mask = tv_tensors.Mask(torch.frombuffer(bytearray(values), dtype=torch.uint8).reshape(1, h, w))
        got = F.resize(F.crop(mask, y, x, ph, pw), [th, tw], interpolation=InterpolationMode.NEAREST_EXACT)
        assert isinstance(got, tv_tensors.Mask)
        got = bytes(got.numpy().tobytes())
        pillow = Image.frombytes("L", (w, h), values).crop((x, y, x + pw, y + ph)).resize((tw, th), Image.Resampling.NEAREST)
        print(w, h, x, y, pw, ph, tw, th, hashlib.sha256(got).hexdigest(), pillow.tobytes() == got, sep=",", file=f)
