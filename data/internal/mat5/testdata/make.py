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
    "i32": np.array([-70000], np.int32), "u32": np.array([4000000000], np.uint32),
    "i64": np.array([-5_000_000_000]), "u64": np.array([5_000_000_000], np.uint64), "f32": np.array([1.5], np.float32),
    "f64": np.array([[1.25, -2.5], [3, 4]]), "text": "kept, \u00e9", "cell": np.array([1, "a"], object),
    "complex": np.array([1 + 2j]), "a_name_longer_than_eight_bytes": np.array([1.0]), "struct": {"a": 1},
}, do_compression=True)

# Structures as those of meta.mat in the development kit of ILSVRC 2012.
synsets = np.zeros((3, 1), [("ILSVRC2012_ID", object), ("WNID", object), ("words", object), ("children", object)])
synsets[0, 0] = (1, "n02119789", "kit fox, Vulpes macrotis", np.zeros((0, 0)))
synsets[1, 0] = (2, "n02100735", "English setter", np.array([[5, 7]], np.uint16))
synsets[2, 0] = (3, "n04037443", "racer, race car, racing car", np.array([[1.5]]))
for name, compress in (("structures.mat", True), ("structures_plain.mat", False)):
    io.savemat(name, {"synsets": synsets}, do_compression=compress)
