# Writes small pictures in the forms that data sets have, and pixels.csv: file,
# columns, rows, then RGB of some pixels as Pillow decodes them.
# Run with Pillow 11 or newer: python make.py
import csv

import numpy as np
from PIL import Image

y, x = np.mgrid[0:17, 0:23]
rgb = np.stack([x * 11, y * 15, (x + y) * 6], -1).astype(np.uint8)
img = Image.fromarray(rgb)
alpha = Image.fromarray(np.dstack([rgb, (x * 11).astype(np.uint8)]))
img.save("rgb.jpg", quality=95, subsampling=0)
img.save("420.jpg", quality=95, subsampling=2)
img.save("progressive.jpg", quality=90, progressive=True)
img.convert("L").save("gray.jpg", quality=95)
img.convert("CMYK").save("cmyk.jpg", quality=95)
img.save("rgb.png")
alpha.save("alpha.png")
img.convert("P", palette=Image.Palette.ADAPTIVE).save("palette.png")
img.convert("L").save("gray.png")
img.save("lossless.webp", lossless=True)
img.save("lossy.webp", quality=90)

names = ["rgb.jpg", "420.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "rgb.png", "alpha.png", "palette.png", "gray.png",
         "lossless.webp", "lossy.webp"]
with open("pixels.csv", "w", newline="") as f:
    out = csv.writer(f, lineterminator="\n")
    for name in names:
        got = np.asarray(Image.open(name).convert("RGB"))
        some = [got[j, i].tolist() for j, i in ((0, 0), (8, 11), (16, 22), (3, 20), (15, 2))]
        out.writerow([name, got.shape[1], got.shape[0], *sum(some, [])])
