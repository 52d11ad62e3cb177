# Writes small files as SVHN has them, compressed and not.
# Run with SciPy 1.12 or newer: python make.py
import numpy as np
from scipy import io

n = 4
h, w, c, i = np.mgrid[0:32, 0:32, 0:3, 0:n]
x = (h + 2 * w + 64 * c + 10 * i).astype(np.uint8)
y = np.array([[10], [1], [5], [9]])
for name, compress in (("compressed.mat", True), ("plain.mat", False)):
    io.savemat(name, {"X": x, "y": y.astype(np.uint8)}, do_compression=compress)
io.savemat("types.mat", {
    "i8": np.array([-1, 2], np.int8), "i16": np.array([-300, 2], np.int16), "u16": np.array([60000], np.uint16),
    "i32": np.array([-70000], np.int32), "u32": np.array([4000000000], np.uint32), "f32": np.array([1.5], np.float32),
    "f64": np.array([[1.25, -2.5], [3, 4]]), "text": "left out", "cell": np.array([1, "a"], object),
    "complex": np.array([1 + 2j]), "a_name_longer_than_eight_bytes": np.array([1.0]), "struct": {"a": 1},
}, do_compression=True)
