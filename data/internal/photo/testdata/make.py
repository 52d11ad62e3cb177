# Writes small pictures in the forms that data sets have, and pixels.csv: file,
# columns, rows, then RGB of some pixels as Pillow decodes them.
# Run with Pillow 11 or newer: python make.py
import csv

import numpy as np
from PIL import Image, ImageOps

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
alpha.save("lossy-alpha.webp", quality=90, exact=True)

names = ["rgb.jpg", "420.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "rgb.png", "alpha.png", "palette.png", "gray.png",
         "lossless.webp", "lossy.webp", "lossy-alpha.webp"]
with open("pixels.csv", "w", newline="") as f:
    out = csv.writer(f, lineterminator="\n")
    for name in names:
        got = np.asarray(Image.open(name).convert("RGB"))
        some = [got[j, i].tolist() for j, i in ((0, 0), (8, 11), (16, 22), (3, 20), (15, 2))]
        out.writerow([name, got.shape[1], got.shape[0], *sum(some, [])])

# Each subsampling of the chroma planes (4:4:4, 4:2:2, 4:2:0) in odd and small sizes.
for subsampling in (0, 1, 2):
    for w, h in ((1, 1), (4, 5), (5, 3), (17, 16)):
        y, x = np.mgrid[0:h, 0:w]
        small = np.stack([x * 14, 255 - y * 15, (x * 5 + y * 7) % 256], -1).astype(np.uint8)
        Image.fromarray(small).save(f"sampling-{subsampling}-{w}x{h}.jpg", quality=92, subsampling=subsampling)

# The formats without loss, orient.csv: file, columns, rows and RGB of the same pixels, upright
# by their EXIF orientation.
img.save("rgb.bmp")
img.convert("P", palette=Image.Palette.ADAPTIVE).save("palette.bmp")
img.save("rgb.tiff")
img.save("deflate.tiff", compression="tiff_deflate")
img.convert("L").save("gray.tiff")
Image.fromarray((x * 2800).astype(np.uint16)).save("gray16.tiff")
img.save("rgb.gif")
frames = [Image.fromarray(np.roll(rgb, n, 1)) for n in (0, 5)]
frames[0].save("animated.gif", save_all=True, append_images=frames[1:])
frames[0].save("animated.webp", save_all=True, append_images=frames[1:], lossless=True)
names = ["rgb.bmp", "palette.bmp", "rgb.tiff", "deflate.tiff", "gray.tiff", "rgb.gif", "animated.gif"]
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    names.append(f"orientation-{orientation}.jpg")
    img.save(names[-1], quality=95, subsampling=0, exif=exif)
exif = Image.Exif()
exif[0x0112] = 6
for form, options in (("tiff", {}), ("png", {}), ("webp", {"lossless": True})):
    names.append(f"orientation-6.{form}")
    img.save(names[-1], exif=exif, **options)
with open("orient.csv", "w", newline="") as f:
    out = csv.writer(f, lineterminator="\n")
    for name in names:
        got = np.asarray(ImageOps.exif_transpose(Image.open(name)).convert("RGB"))
        some = [got[j, i].tolist() for j, i in ((0, 0), (8, 11), (16, 16), (3, 15), (15, 2))]
        out.writerow([name, got.shape[1], got.shape[0], *sum(some, [])])
