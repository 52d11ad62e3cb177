"""The networks of the engine's benchmark, in PyTorch. Channels first, as PyTorch has them."""

import torch
from torch import nn
from torch.nn import functional as F


class PreActBlock(nn.Module):
    """He et al. 2016, arXiv 1603.05027: norm, ReLU, convolution, twice."""

    def __init__(self, cin, cout, stride):
        super().__init__()
        self.n1, self.n2 = nn.BatchNorm2d(cin), nn.BatchNorm2d(cout)
        self.c1 = nn.Conv2d(cin, cout, 3, stride, 1, bias=False)
        self.c2 = nn.Conv2d(cout, cout, 3, 1, 1, bias=False)
        self.short = nn.Conv2d(cin, cout, 1, stride, bias=False) if stride > 1 or cin != cout else None

    def forward(self, x):
        h = F.relu(self.n1(x))
        short = x if self.short is None else self.short(h)
        h = self.c1(h)
        h = self.c2(F.relu(self.n2(h)))
        return h + short


class PreActNet(nn.Module):
    """A pre-activation residual network: a stem, stages of blocks, a last norm, mean over the plane, one dense layer."""

    def __init__(self, stem, widths, blocks, classes):
        super().__init__()
        self.stem = nn.Conv2d(3, stem, 3, 1, 1, bias=False)
        layers, cin = [], stem
        for stage, (width, n) in enumerate(zip(widths, blocks)):
            for i in range(n):
                layers.append(PreActBlock(cin, width, 2 if stage > 0 and i == 0 else 1))
                cin = width
        self.blocks = nn.Sequential(*layers)
        self.norm, self.head = nn.BatchNorm2d(cin), nn.Linear(cin, classes)

    def forward(self, x):
        h = self.blocks(self.stem(x))
        return self.head(F.relu(self.norm(h)).mean((2, 3)))


class Bottleneck(nn.Module):
    """He et al. 2015, arXiv 1512.03385, with the stride in the 3x3 convolution."""

    def __init__(self, cin, width, stride):
        super().__init__()
        cout = 4 * width
        self.c1, self.n1 = nn.Conv2d(cin, width, 1, bias=False), nn.BatchNorm2d(width)
        self.c2, self.n2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.c3, self.n3 = nn.Conv2d(width, cout, 1, bias=False), nn.BatchNorm2d(cout)
        self.short = None
        if stride > 1 or cin != cout:
            self.short = nn.Sequential(nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout))

    def forward(self, x):
        h = F.relu(self.n1(self.c1(x)))
        h = F.relu(self.n2(self.c2(h)))
        h = self.n3(self.c3(h))
        return F.relu(h + (x if self.short is None else self.short(x)))


class ResNet50(nn.Module):
    def __init__(self, classes=1000):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        layers, cin = [], 64
        for stage, (width, n) in enumerate(zip((64, 128, 256, 512), (3, 4, 6, 3))):
            for i in range(n):
                layers.append(Bottleneck(cin, width, 2 if stage > 0 and i == 0 else 1))
                cin = 4 * width
        self.blocks, self.head = nn.Sequential(*layers), nn.Linear(cin, classes)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)).mean((2, 3)))


class VGG11(nn.Module):
    """VGG-11 with batch normalisation (arXiv 1409.1556) on 1 x 160 x 101 spectrograms."""

    def __init__(self, classes=30):
        super().__init__()
        layers, cin = [], 1
        for width in (64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"):
            if width == "M":
                layers.append(nn.MaxPool2d(2))
                continue
            layers += [nn.Conv2d(cin, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            cin = width
        self.features = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Linear(512 * 5 * 3, 512), nn.ReLU(), nn.Linear(512, classes))

    def forward(self, x):
        return self.head(self.features(x).flatten(1))


class MLP(nn.Module):
    """Two hidden layers of 128 ReLU units, the mixup paper's network for tables."""

    def __init__(self, features=32, classes=2):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(features, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, classes))

    def forward(self, x):
        return self.net(x)


# name: (network, sample shape, classes, batch)
CASES = {
    "preactresnet18": (lambda: PreActNet(64, (64, 128, 256, 512), (2, 2, 2, 2), 10), (3, 32, 32), 10, 128),
    "wideresnet28-10": (lambda: PreActNet(16, (160, 320, 640), (4, 4, 4), 10), (3, 32, 32), 10, 32),
    "resnet50": (ResNet50, (3, 224, 224), 1000, 16),
    "vgg11": (VGG11, (1, 160, 101), 30, 100),
    "mlp": (MLP, (32,), 2, 16),
}


def parameters(net):
    return sum(p.numel() for p in net.parameters())


if __name__ == "__main__":
    for name, (make, shape, classes, batch) in CASES.items():
        net = make()
        print(name, parameters(net), tuple(net(torch.zeros(2, *shape)).shape))
