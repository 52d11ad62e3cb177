# Writes resize.csv: one line a case, source size (columns, rows), channels,
# part (x, y, columns, rows), target size (columns, rows), SHA-256 of the bytes
# that Pillow makes. Run with Pillow 11 or newer: python make.py
import hashlib

import PIL
from PIL import Image

CASES = [
    ((7, 5), 1, (0, 0, 7, 5), (3, 2)), ((7, 5), 3, (0, 0, 7, 5), (14, 11)),
    ((100, 80), 3, (10, 20, 61, 43), (32, 32)), ((100, 80), 3, (0, 0, 100, 80), (224, 224)),
    ((500, 375), 3, (0, 0, 500, 375), (341, 256)), ((500, 375), 3, (31, 7, 400, 300), (224, 224)),
    ((64, 64), 1, (0, 0, 64, 64), (1, 1)), ((1, 1), 3, (0, 0, 1, 1), (5, 4)),
    ((33, 2), 3, (1, 0, 30, 2), (30, 7)), ((640, 3), 1, (0, 0, 640, 3), (3, 640)),
]


def pixels(w, h, c):
    """A linear congruential sequence, which the test makes too."""
    state, out = 1, bytearray()
    for _ in range(w * h * c):
        state = (state * 1664525 + 1013904223) % 2**32
        out.append(state >> 24)
    return bytes(out)


with open("resize.csv", "w") as f:
    print(f"# Pillow {PIL.__version__}", file=f)
    for (w, h), c, (x, y, pw, ph), (tw, th) in CASES:
        img = Image.frombytes("RGB" if c == 3 else "L", (w, h), pixels(w, h, c))
        img = img.crop((x, y, x + pw, y + ph)).resize((tw, th), Image.Resampling.BILINEAR)
        print(w, h, c, x, y, pw, ph, tw, th, hashlib.sha256(img.tobytes()).hexdigest(), sep=",", file=f)
