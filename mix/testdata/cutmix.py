"""Writes cutmix.json: the boxes that torchvision's and timm's CutMix cut for given weights and centres.

python3 -m venv v && v/bin/pip install torch==2.15.0 torchvision==0.29.2 timm==1.0.31 && v/bin/python cutmix.py > cutmix.json
"""
import json
from unittest import mock

import numpy as np
import torch
from timm.data.mixup import rand_bbox
from torchvision.transforms import v2

CASES = [(32, 32), (8, 8), (28, 28), (120, 160), (5, 9), (1, 1), (224, 224)]
WEIGHTS = [0.0, 0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1.0]

rows = []
random = np.random.RandomState(1)
for height, width in CASES:
    for weight in WEIGHTS:
        row, column = int(random.randint(height)), int(random.randint(width))
        with mock.patch("numpy.random.randint", side_effect=[row, column]):
            top, bottom, left, right = (int(v) for v in rand_bbox((1, 3, height, width), weight))
        target = 1 - (bottom - top) * (right - left) / (height * width)
        rows.append(dict(Program="timm", Height=height, Width=width, Row=row, Column=column, Lambda=weight, Target=target, Top=top, Bottom=bottom, Left=left, Right=right))

        op = v2.CutMix(num_classes=2)
        image = torch.zeros(2, 3, height, width)
        with mock.patch.object(op, "_dist", mock.Mock(sample=lambda _: torch.tensor([weight], dtype=torch.float64))), mock.patch(
            "torch.randint", side_effect=[torch.tensor([column]), torch.tensor([row])]
        ):
            params = op.make_params([image])
        left, top, right, bottom = (int(v) for v in params["box"])
        rows.append(dict(Program="torchvision", Height=height, Width=width, Row=row, Column=column, Lambda=weight, Target=float(params["lam_adjusted"]), Top=top, Bottom=bottom, Left=left, Right=right))
print(json.dumps(rows, indent=0))
