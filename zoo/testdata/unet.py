"""Outputs of a small U-Net in PyTorch, for weights that a formula gives.

    python3 -m venv venv && venv/bin/pip install torch numpy
    venv/bin/python unet.py > unet.csv

Written with torch 2.15.0. Value j of variable v, both counted from 0, in the
order and the layout of the zoo (kernels [height width in out]), is
sin(1 + j + 10 v), divided by the square root of the inputs for a kernel, and
1 + a half of it for a scale or a variance. Pixel j of the input is cos(j).
"""

import math

import numpy
import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
count = 0


def values(*dims):
    global count
    size = math.prod(dims)
    v = numpy.sin(1.0 + numpy.arange(size) + 10 * count).reshape(dims)
    count += 1
    return torch.from_numpy(v)


def conv(inputs, outputs, kernel=3):
    layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=kernel == 1)
    w = values(kernel, kernel, inputs, outputs) / math.sqrt(kernel * kernel * inputs)
    layer.weight.data = w.permute(3, 2, 0, 1)
    if kernel == 1:
        layer.bias.data = values(outputs)
    return layer


def norm(channels):
    layer = nn.BatchNorm2d(channels)
    layer.weight.data = 1 + values(channels) / 2
    layer.bias.data = values(channels)
    layer.running_mean.data = values(channels)
    layer.running_var.data = 1 + values(channels) / 2
    return layer


def pair(inputs, outputs):
    return nn.Sequential(conv(inputs, outputs), norm(outputs), nn.ReLU(),
                         conv(outputs, outputs), norm(outputs), nn.ReLU())


def up(inputs, outputs):
    layer = nn.ConvTranspose2d(inputs, outputs, 2, 2)
    layer.weight.data = (values(2, 2, inputs, outputs) / math.sqrt(inputs)).permute(2, 3, 0, 1)
    layer.bias.data = values(outputs)
    return layer


class Level(nn.Module):
    def __init__(self, inputs, width, depth):
        super().__init__()
        self.down = pair(inputs, width)
        self.below = Level(width, 2 * width, depth - 1) if depth else None
        if depth:
            self.up = up(2 * width, width)
            self.merge = pair(2 * width, width)

    def forward(self, x):
        x = self.down(x)
        if self.below is None:
            return x
        y = self.up(self.below(F.max_pool2d(x, 2)))
        y = F.pad(y, (0, x.shape[3] - y.shape[3], 0, x.shape[2] - y.shape[2]))
        return self.merge(torch.cat([x, y], 1))


height, width, channels = 7, 6, 2
net = nn.Sequential(Level(channels, 2, 2), conv(2, 3, 1)).eval()
x = torch.cos(torch.arange(height * width * channels, dtype=torch.float64)).reshape(1, height, width, channels)
with torch.no_grad():
    y = net(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
for v in y.flatten().tolist():
    print(repr(v))
