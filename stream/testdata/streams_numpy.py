"""Writes streams_numpy.csv: the numbers NumPy's Philox gives for streams of
this package. Run in this folder with NumPy 2.4.6:

    python3 streams_numpy.py > streams_numpy.csv
"""

import hashlib
import struct

import numpy as np

print("# python3 streams_numpy.py, NumPy", np.__version__)
print("seed,name,epoch,step,sample,words...")
for seed, name, epoch, step, sample in [
    (0, "partners", 0, 0, 0),
    (1, "lambda", 0, 0, 0),
    (1, "lambda", 3, 41, 127),
    (2**64 - 1, "init", 0, 0, 0),
    (42, "shuffle", 199, 2**63, 5),
    (42, "shuffle", 2**64 - 1, 2**64 - 1, 2**64 - 1),
    (7, "a name longer than the buffer that usual names are hashed in by far", 1, 2, 3),
    (7, "", 1, 2, 3),
]:
    digest = hashlib.sha256(struct.pack("<Q", seed) + name.encode()).digest()
    key = struct.unpack("<2Q", digest[:16])
    counter = (step << 64) | (epoch << 128) | (sample << 192)
    # NumPy counts up before it draws the first block.
    counter = (counter - 1) % 2**256
    words = [(counter >> (64 * i)) % 2**64 for i in range(4)]
    bits = np.random.Philox(
        key=np.array(key, dtype=np.uint64), counter=np.array(words, dtype=np.uint64)
    )
    print(seed, name, epoch, step, sample, *bits.random_raw(9), sep=",")
