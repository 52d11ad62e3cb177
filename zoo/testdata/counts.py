"""Parameters and multiply-adds of the networks that the tests of the zoo pin.

    python3 -m venv venv && venv/bin/pip install torch torchvision
    venv/bin/python counts.py

Written with torch 2.15.0 and torchvision 0.29.2. The definitions below are
those of the papers; torchvision's are used where it has the network.
"""

import torch
from torch import nn
from torchvision import models


def conv(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False, groups=groups)


def norm_relu(channels):
    return nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU())


class Sum(nn.Module):
    def __init__(self, body, shortcut, after):
        super().__init__()
        self.body, self.shortcut, self.after = body, shortcut, after

    def forward(self, x):
        return self.after(self.body(x) + self.shortcut(x))


class Join(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return torch.cat([x, self.body(x)], 1)


class Classifier(nn.Sequential):
    def __init__(self, layers, channels):
        super().__init__(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


def preactresnet50():
    layers, inputs = [conv(3, 64, 3)], 64
    for stage, blocks in enumerate([3, 4, 6, 3]):
        for block in range(blocks):
            width, stride = 64 << stage, 2 if stage and not block else 1
            body = nn.Sequential(
                conv(inputs, width, 1), norm_relu(width), conv(width, width, 3, stride),
                norm_relu(width), conv(width, 4 * width, 1))
            if block:
                layers.append(Sum(nn.Sequential(norm_relu(inputs), body), nn.Identity(), nn.Identity()))
            else:
                layers += [norm_relu(inputs), Sum(body, conv(inputs, 4 * width, 1, stride), nn.Identity())]
            inputs = 4 * width
    return Classifier(layers + [norm_relu(inputs)], inputs)


def resnext(depth, cardinality, width):
    layers, inputs = [conv(3, 64, 3), norm_relu(64)], 64
    for stage in range(3):
        for block in range((depth - 2) // 9):
            inner, outputs = cardinality * width << stage, 256 << stage
            stride = 2 if stage and not block else 1
            body = nn.Sequential(
                conv(inputs, inner, 1), norm_relu(inner), conv(inner, inner, 3, stride, cardinality),
                norm_relu(inner), conv(inner, outputs, 1), nn.BatchNorm2d(outputs))
            shortcut = nn.Identity() if block else nn.Sequential(
                conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))
            layers.append(Sum(body, shortcut, nn.ReLU()))
            inputs = outputs
    return Classifier(layers, inputs)


def densenet(depth, growth):
    channels = 2 * growth
    layers = [conv(3, channels, 3)]
    for block in range(3):
        if block:
            layers += [norm_relu(channels), conv(channels, channels // 2, 1), nn.AvgPool2d(2)]
            channels //= 2
        for _ in range((depth - 4) // 6):
            layers.append(Join(nn.Sequential(
                norm_relu(channels), conv(channels, 4 * growth, 1),
                norm_relu(4 * growth), conv(4 * growth, growth, 3))))
            channels += growth
    return Classifier(layers + [norm_relu(channels)], channels)


def unet_level(inputs, width, depth):
    def pair(inputs):
        return nn.Sequential(conv(inputs, width, 3), norm_relu(width), conv(width, width, 3), norm_relu(width))
    if not depth:
        return pair(inputs)
    below = nn.Sequential(nn.MaxPool2d(2), unet_level(width, 2 * width, depth - 1),
                          nn.ConvTranspose2d(2 * width, width, 2, 2))
    return nn.Sequential(pair(inputs), Join(below), pair(2 * width))


def unet(width, depth, classes):
    return nn.Sequential(unet_level(3, width, depth), nn.Conv2d(width, classes, 1))


def multiply_adds(net, shape):
    total = 0

    def count(module, inputs, output):
        nonlocal total
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            total += output.numel() * module.weight[0].numel()
        elif isinstance(module, nn.ConvTranspose2d):
            total += inputs[0].numel() * module.weight[0].numel()

    for module in net.modules():
        module.register_forward_hook(count)
    with torch.no_grad():
        net.eval()(torch.zeros(1, *shape))
    return total


small, large = (3, 32, 32), (3, 224, 224)
resnext101_32x4d = models.resnet.ResNet(models.resnet.Bottleneck, [3, 4, 23, 3], groups=32, width_per_group=4)
for name, net, shape in [
    ("resnet50", models.resnet50(), large),
    ("resnet101", models.resnet101(), large),
    ("resnext50_32x4d", models.resnext50_32x4d(), large),
    ("resnext101_32x4d", resnext101_32x4d, large),
    ("resnext101_32x8d", models.resnext101_32x8d(), large),
    ("resnext101_64x4d", models.resnext101_64x4d(), large),
    ("googlenet", models.googlenet(aux_logits=False, init_weights=False), large),
    ("preactresnet50", preactresnet50(), small),
    ("resnext29 4x24", resnext(29, 4, 24), small),
    ("resnext29 8x64", resnext(29, 8, 64), small),
    ("resnext29 16x64", resnext(29, 16, 64), small),
    ("densenet-bc 100-12", densenet(100, 12), small),
    ("densenet-bc 190-40", densenet(190, 40), small),
    ("densenet-bc 250-24", densenet(250, 24), small),
    ("unet 64, 4 levels, 21 classes", unet(64, 4, 21), (3, 256, 256)),
]:
    print(name, sum(p.numel() for p in net.parameters()), multiply_adds(net, shape))

# Outputs of max pooling with ceil_mode: size, stride, pad, pixels, windows.
for size, stride, pad in [(3, 2, 0), (2, 2, 0), (3, 2, 1), (3, 3, 1), (2, 3, 0)]:
    pool = nn.MaxPool2d(size, stride, pad, ceil_mode=True)
    print((size, stride, pad), [pool(torch.zeros(1, 1, n, n)).shape[-1] for n in range(size, 12)])
