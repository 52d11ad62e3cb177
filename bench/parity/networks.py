"""The networks that torchvision has not, in PyTorch, written for this comparison. Channels first."""

import torch
from torch import nn
from torch.nn import functional as F


def conv(cin, cout, kernel, stride=1, groups=1):
    return nn.Conv2d(cin, cout, kernel, stride, kernel // 2, groups=groups, bias=False)


class PreActBlock(nn.Module):
    """He et al. 2016, arXiv 1603.05027; the shortcut takes the activated input where the shape changes."""

    def __init__(self, cin, width, stride, bottleneck=False, shortcut="shortcut"):
        super().__init__()
        cout = 4 * width if bottleneck else width
        sizes = [(cin, width, 1, 1), (width, width, 3, stride), (width, cout, 1, 1)] if bottleneck else [(cin, width, 3, stride), (width, cout, 3, 1)]
        self.steps, self.name = len(sizes), shortcut
        for i, (a, b, kernel, step) in enumerate(sizes, 1):
            setattr(self, f"bn{i}", nn.BatchNorm2d(a))
            setattr(self, f"conv{i}", conv(a, b, kernel, step))
        self.changes = stride > 1 or cin != cout
        if self.changes:
            one = conv(cin, cout, 1, stride)
            setattr(self, shortcut, nn.Sequential(one) if shortcut == "shortcut" else one)

    def forward(self, x):
        h = F.relu(self.bn1(x))
        short = getattr(self, self.name)(h) if self.changes else x
        h = self.conv1(h)
        for i in range(2, self.steps + 1):
            h = getattr(self, f"conv{i}")(F.relu(getattr(self, f"bn{i}")(h)))
        return h + short


class PreActResNet(nn.Module):
    def __init__(self, blocks, width=64, bottleneck=False, norm="last", classes=10):
        super().__init__()
        self.norm, self.conv1 = norm, conv(3, width, 3)
        if norm == "stem":
            self.bn1 = nn.BatchNorm2d(width)
        cin = width
        for stage, n in enumerate(blocks):
            layers = []
            for i in range(n):
                layers.append(PreActBlock(cin, width << stage, 2 if stage > 0 and i == 0 else 1, bottleneck))
                cin = (width << stage) * (4 if bottleneck else 1)
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
        if norm == "last":
            self.bn = nn.BatchNorm2d(cin)
        self.linear = nn.Linear(cin, classes)

    def forward(self, x):
        h = self.conv1(x)
        if self.norm == "stem":
            h = F.relu(self.bn1(h))
        for stage in range(1, 5):
            h = getattr(self, f"layer{stage}")(h)
        if self.norm == "last":
            h = F.relu(self.bn(h))
        return self.linear(h.mean((2, 3)))


class Stage(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layer = nn.Sequential(*layers)

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    """Zagoruyko and Komodakis 2016, arXiv 1605.07146."""

    def __init__(self, depth=28, widen=10, classes=10):
        super().__init__()
        self.conv1, cin = conv(3, 16, 3), 16
        for stage in range(3):
            width, layers = 16 * widen << stage, []
            for i in range((depth - 4) // 6):
                layers.append(PreActBlock(cin, width, 2 if stage > 0 and i == 0 else 1, shortcut="convShortcut"))
                cin = width
            setattr(self, f"block{stage + 1}", Stage(layers))
        self.bn1, self.fc = nn.BatchNorm2d(cin), nn.Linear(cin, classes)

    def forward(self, x):
        h = self.block3(self.block2(self.block1(self.conv1(x))))
        return self.fc(F.relu(self.bn1(h)).mean((2, 3)))


class ResNeXtBlock(nn.Module):
    """Xie et al. 2016, arXiv 1611.05431."""

    def __init__(self, cin, inner, cout, groups, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(cin, inner, 1), nn.BatchNorm2d(inner)
        self.conv2, self.bn2 = conv(inner, inner, 3, stride, groups), nn.BatchNorm2d(inner)
        self.conv3, self.bn3 = conv(inner, cout, 1), nn.BatchNorm2d(cout)
        self.shortcut = nn.Sequential()
        if stride > 1 or cin != cout:
            self.shortcut = nn.Sequential(conv(cin, cout, 1, stride), nn.BatchNorm2d(cout))

    def forward(self, x):
        h = F.relu(self.bn1(self.conv1(x)))
        h = F.relu(self.bn2(self.conv2(h)))
        return F.relu(self.bn3(self.conv3(h)) + self.shortcut(x))


class ResNeXt(nn.Module):
    """For small images: a 3x3 stem and three stages."""

    def __init__(self, depth=29, cardinality=4, width=24, base=64, classes=10):
        super().__init__()
        self.conv1, self.bn1, cin = conv(3, base, 3), nn.BatchNorm2d(base), base
        for stage in range(3):
            layers, cout = [], 4 * base << stage
            for i in range((depth - 2) // 9):
                layers.append(ResNeXtBlock(cin, cardinality * width << stage, cout, cardinality, 2 if stage > 0 and i == 0 else 1))
                cin = cout
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
        self.linear = nn.Linear(cin, classes)

    def forward(self, x):
        h = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.linear(h.mean((2, 3)))


class DenseLayer(nn.Module):
    def __init__(self, cin, growth):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(cin), conv(cin, 4 * growth, 1)
        self.bn2, self.conv2 = nn.BatchNorm2d(4 * growth), conv(4 * growth, growth, 3)

    def forward(self, x):
        h = self.conv1(F.relu(self.bn1(x)))
        return torch.cat((x, self.conv2(F.relu(self.bn2(h)))), 1)


class Transition(nn.Module):
    def __init__(self, cin):
        super().__init__()
        self.bn, self.conv = nn.BatchNorm2d(cin), conv(cin, cin // 2, 1)

    def forward(self, x):
        return F.avg_pool2d(self.conv(F.relu(self.bn(x))), 2)


class DenseNet(nn.Module):
    """Huang et al. 2016, arXiv 1608.06993: DenseNet-BC for small images."""

    def __init__(self, depth=190, growth=40, classes=10):
        super().__init__()
        self.conv1, c = conv(3, 2 * growth, 3), 2 * growth
        for block in range(1, 4):
            if block > 1:
                setattr(self, f"trans{block - 1}", Transition(c))
                c //= 2
            layers = []
            for _ in range((depth - 4) // 6):
                layers.append(DenseLayer(c, growth))
                c += growth
            setattr(self, f"dense{block}", nn.Sequential(*layers))
        self.bn, self.linear = nn.BatchNorm2d(c), nn.Linear(c, classes)

    def forward(self, x):
        h = self.trans1(self.dense1(self.conv1(x)))
        h = self.dense3(self.trans2(self.dense2(h)))
        return self.linear(F.relu(self.bn(h)).mean((2, 3)))


class VGG11(nn.Module):
    """VGG-11 with batch normalisation (arXiv 1409.1556) and one hidden dense layer. plane is the last one's pixels."""

    def __init__(self, channels=1, width=64, plane=15, hidden=512, classes=30):
        super().__init__()
        layers, cin = [], channels
        for c in (1, 0, 2, 0, 4, 4, 0, 8, 8, 0, 8, 8, 0):
            if c == 0:
                layers.append(nn.MaxPool2d(2))
                continue
            layers += [nn.Conv2d(cin, c * width, 3, padding=1), nn.BatchNorm2d(c * width), nn.ReLU()]
            cin = c * width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Linear(cin * plane, hidden), nn.ReLU(), nn.Identity(), nn.Linear(hidden, classes))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class LeNet(nn.Module):
    def __init__(self, channels=1, plane=16, classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(channels, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(16 * plane, 120), nn.Linear(120, 84), nn.Linear(84, classes)

    def forward(self, x):
        h = F.max_pool2d(F.relu(self.conv1(x)), 2)
        h = F.max_pool2d(F.relu(self.conv2(h)), 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(h)))))


class SamplePairing(nn.Module):
    """Six convolutions, pooled after each pair, two dense layers."""

    def __init__(self, width=64, hidden=512, classes=10):
        super().__init__()
        cin = 3
        for i in range(6):
            cout = width << i // 2
            setattr(self, f"conv{i + 1}", conv(cin, cout, 3))
            setattr(self, f"norm{i + 1}", nn.BatchNorm2d(cout))
            cin = cout
        self.hidden, self.logits = nn.Linear(cin * 16, hidden), nn.Linear(hidden, classes)

    def forward(self, x):
        for i in range(6):
            x = F.relu(getattr(self, f"norm{i + 1}")(getattr(self, f"conv{i + 1}")(x)))
            if i % 2 == 1:
                x = F.max_pool2d(x, 2)
        return self.logits(F.relu(self.hidden(x.flatten(1))))


class MLP(nn.Module):
    def __init__(self, features=32, classes=2):
        super().__init__()
        self.hidden1, self.hidden2, self.logits = nn.Linear(features, 128), nn.Linear(128, 128), nn.Linear(128, classes)

    def forward(self, x):
        return self.logits(F.relu(self.hidden2(F.relu(self.hidden1(x.flatten(1))))))


class AirbenchBlock(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.conv1, self.norm1 = conv(cin, cout, 3), nn.BatchNorm2d(cout, momentum=0.4)
        self.conv2, self.norm2 = conv(cout, cout, 3), nn.BatchNorm2d(cout, momentum=0.4)
        for norm in (self.norm1, self.norm2):
            norm.weight.requires_grad = False

    def forward(self, x):
        h = F.gelu(self.norm1(F.max_pool2d(self.conv1(x), 2)))
        return F.gelu(self.norm2(self.conv2(h)))


class Airbench(nn.Module):
    """After Jordan 2024, arXiv 2404.00498, without what sets its initial values."""

    def __init__(self, width=64, classes=10):
        super().__init__()
        self.whiten = nn.Conv2d(3, 24, 2)
        self.block1, self.block2, self.block3 = AirbenchBlock(24, width), AirbenchBlock(width, 4 * width), AirbenchBlock(4 * width, 4 * width)
        self.logits = nn.Linear(4 * width, classes, bias=False)

    def forward(self, x):
        h = self.block3(self.block2(self.block1(F.gelu(self.whiten(x)))))
        return self.logits(h.amax((2, 3))) / 9


def level(cin, width):
    net = nn.Module()
    net.conv1, net.norm1, net.conv2, net.norm2 = conv(cin, width, 3), nn.BatchNorm2d(width), conv(width, width, 3), nn.BatchNorm2d(width)
    net.forward = lambda x: F.relu(net.norm2(net.conv2(F.relu(net.norm1(net.conv1(x))))))
    return net


class UNet(nn.Module):
    """Ronneberger et al. 2015, arXiv 1505.04597, padded and normalised. Its logits have the classes last."""

    def __init__(self, width=16, depth=4, channels=3, classes=21):
        super().__init__()
        self.depth, cin = depth, channels
        for i in range(depth + 1):
            here = nn.Module()
            here.down, cin = level(cin, width << i), width << i
            if i < depth:
                here.add_module("up-conv", nn.ConvTranspose2d(2 * cin, cin, 2, 2))
                here.up = level(2 * cin, cin)
            setattr(self, f"level{i + 1}", here)
        self.logits = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        kept = []
        for i in range(self.depth + 1):
            x = getattr(self, f"level{i + 1}").down(F.max_pool2d(x, 2) if i > 0 else x)
            kept.append(x)
        for i in reversed(range(self.depth)):
            here, short = getattr(self, f"level{i + 1}"), kept[i]
            x = getattr(here, "up-conv")(x)
            x = F.pad(x, (0, short.shape[3] - x.shape[3], 0, short.shape[2] - x.shape[2]))
            x = here.up(torch.cat((short, x), 1))
        return self.logits(x).permute(0, 2, 3, 1)
