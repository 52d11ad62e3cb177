# Writes batch-2.pickle and batch-4.pickle, the layout of a batch of CIFAR-10.
# Run with Python 3 and numpy 2: python make.py
import pickle

import numpy as np

data = (np.arange(2 * 3072) * 7 % 256).astype(np.uint8).reshape(2, 3072)
batch = {b"batch_label": b"testing batch 1 of 1", b"labels": [3, 8], b"data": data,
         b"filenames": [b"a.png", b"b.png"]}
for protocol in (2, 4):
    with open(f"batch-{protocol}.pickle", "wb") as f:
        pickle.dump(batch, f, protocol=protocol)
