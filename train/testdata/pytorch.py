"""Writes pytorch.json, what PyTorch computes for the tests of this package:

    python3 pytorch.py > pytorch.json      (PyTorch 2.15, CPU)
"""
import json
import math
import re

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
PATHS = {"layer/kernel": [1.0, -2.0, 0.5], "layer/bias": [0.25, -0.75], "norm/scale": [1.0, 1.5], "norm/offset": [-0.5, 2.0]}
CURVATURE = {"layer/kernel": [1.0, 3.0, 0.25], "layer/bias": [2.0, 0.5], "norm/scale": [1.5, 0.1], "norm/offset": [0.7, 1.1]}
STEPS = 8


def loss_of(w):
    own = sum((torch.tensor(CURVATURE[p]) * v * v).sum() for p, v in w.items()) / 2
    return own + sum(v.sum() for v in w.values()) ** 2 / 4


def train(make, clip=0.0):
    w = {p: nn.Parameter(torch.tensor(v)) for p, v in PATHS.items()}
    optimizer = make(w)
    base = [g["lr"] for g in optimizer.param_groups]
    for k in range(STEPS):
        for group, rate in zip(optimizer.param_groups, base):
            group["lr"] = rate / (k + 1)
        optimizer.zero_grad()
        loss_of(w).backward()
        if clip:
            nn.utils.clip_grad_norm_(w.values(), clip)
        optimizer.step()
    return {p: v.tolist() for p, v in w.items()}


def kernels_only(make, **settings):
    def build(w):
        rest = [v for p, v in w.items() if p != "layer/kernel"]
        return make([{"params": [w["layer/kernel"]], **settings}, {"params": rest, **settings, "weight_decay": 0.0}])
    return build


def norm_biases(make, factor, **settings):
    def build(w):
        rest = [v for p, v in w.items() if p != "norm/offset"]
        offset = {**settings, "lr": settings["lr"] * factor, "weight_decay": settings["weight_decay"] / factor}
        return make([{"params": rest, **settings}, {"params": [w["norm/offset"]], **offset}])
    return build


O = torch.optim
sgd = dict(lr=0.1, momentum=0.9, weight_decay=0.1)
updates = {
    "sgd": train(lambda w: O.SGD(w.values(), lr=0.1)),
    "momentum, decay": train(lambda w: O.SGD(w.values(), **sgd)),
    "nesterov, decay": train(lambda w: O.SGD(w.values(), nesterov=True, **sgd)),
    "nesterov, decay, clip": train(lambda w: O.SGD(w.values(), nesterov=True, **sgd), clip=1.5),
    "nesterov, kernels only": train(kernels_only(O.SGD, nesterov=True, **sgd)),
    "nesterov, norm biases": train(norm_biases(O.SGD, 8, nesterov=True, **sgd)),
    "adam": train(lambda w: O.Adam(w.values(), lr=0.1)),
    "adam, decay": train(lambda w: O.Adam(w.values(), lr=0.1, weight_decay=0.1)),
    "adamw, decay": train(lambda w: O.AdamW(w.values(), lr=0.1, weight_decay=0.1)),
    "adamw, decay, clip": train(lambda w: O.AdamW(w.values(), lr=0.1, weight_decay=0.1), clip=1.5),
    "adamw, kernels only": train(kernels_only(O.AdamW, lr=0.1, weight_decay=0.1)),
}


def rates(steps, **settings):
    optimizer = O.SGD([nn.Parameter(torch.zeros(1))], lr=1)
    schedule = O.lr_scheduler.OneCycleLR(optimizer, total_steps=steps, cycle_momentum=False, **settings)
    all = []
    for k in range(steps):
        all.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if k < steps - 1:
            schedule.step()
    return all


schedules = {
    "default": rates(40, max_lr=2.0),
    "linear": rates(40, max_lr=2.0, pct_start=0.25, anneal_strategy="linear", div_factor=5, final_div_factor=2),
    "short": rates(4, max_lr=2.0, pct_start=0.5),
}

logits = torch.tensor([[1.0, 2.0, 3.0], [0.5, -0.5, 0.0], [-2.0, 4.0, 1.0]], requires_grad=True)
targets = torch.tensor([[0.0, 0.0, 1.0], [0.3, 0.0, 0.7], [0.5, 0.5, 0.0]])
loss = nn.functional.cross_entropy(logits, targets, label_smoothing=0.2)
loss.backward()
smoothing = {"logits": logits.tolist(), "targets": targets.tolist(), "loss": loss.item(), "gradient": logits.grad.tolist()}

# Weighted classes: hard labels as CrossEntropyLoss takes them, mixed ones as the
# two hard losses of a mixed batch, each sum divided by the weights of all targets.
weight = torch.tensor([0.25, 1.0, 3.0])
hard = torch.tensor([2, 0, 1])
other = torch.tensor([0, 0, 2])
share = torch.tensor([0.7, 0.2, 0.5])
weighting = {"weights": weight.tolist(), "logits": logits.tolist(), "labels": hard.tolist(), "others": other.tolist(), "shares": share.tolist()}
for name, smoothing_share in [("hard", 0.0), ("hard_smoothed", 0.2)]:
    z = logits.detach().clone().requires_grad_()
    loss = nn.CrossEntropyLoss(weight=weight, label_smoothing=smoothing_share)(z, hard)
    loss.backward()
    weighting[name] = {"loss": loss.item(), "gradient": z.grad.tolist()}
z = logits.detach().clone().requires_grad_()
each = nn.CrossEntropyLoss(weight=weight, reduction="none")
loss = (share * each(z, hard) + (1 - share) * each(z, other)).sum() / (share * weight[hard] + (1 - share) * weight[other]).sum()
loss.backward()
weighting["mixed"] = {"loss": loss.item(), "gradient": z.grad.tolist()}

# An average that begins as the first weights, with the decays of DecayAt.
net = nn.BatchNorm1d(2)
average = O.swa_utils.AveragedModel(
    net, avg_fn=lambda old, new, n: old * min(0.35, n / (9 + n)) + new * (1 - min(0.35, n / (9 + n))) if n else new, use_buffers=True)
average.update_parameters(net)  # the first only copies
series, means = [], []
for k in range(STEPS):
    with torch.no_grad():
        net.weight += math.sin(k + 1.0)
        net.running_mean += math.cos(k + 1.0)
    average.n_averaged.fill_(k + 2)
    # (1+t)/(10+t) for t = k+1 is n/(9+n) for n = k+2.
    average.update_parameters(net)
    series.append([net.weight[0].item(), net.running_mean[0].item()])
    means.append([average.module.weight[0].item(), average.module.running_mean[0].item()])

# Samples of which the network is more or less sure.
torch.manual_seed(1)
scores = (torch.randn(50, 8) * torch.linspace(0.2, 6, 50)[:, None]).round(decimals=2)
labels = torch.randint(0, 8, (50,))
labels[::2] = scores[::2].argmax(1)
probability, predicted = scores.softmax(1).max(1)
hit = (predicted == labels).double()
edges, ece = torch.linspace(0, 1, 16), 0.0
for low, high in zip(edges, edges[1:]):
    inside = (probability > low) & (probability <= high)
    if inside.any():
        ece += inside.double().mean() * (hit[inside].mean() - probability[inside].mean()).abs()
evaluation = {
    "logits": scores.tolist(), "labels": labels.tolist(), "loss": nn.functional.cross_entropy(scores, labels).item(),
    "error": 100 * (1 - hit.mean()).item(), "ece": 100 * ece.item(),
    "top5_error": 100 * (1 - (scores.topk(5).indices == labels[:, None]).any(1).double().mean()).item(),
}

text = json.dumps({"updates": updates, "one_cycle": schedules, "smoothing": smoothing, "weighting": weighting, "average": {"values": series, "averages": means}, "evaluation": evaluation}, indent=1)
print(re.sub(r"\[\s+([-\d.e+,\s]+?)\s+\]", lambda m: "[" + ", ".join(x.strip() for x in m[1].split(",")) + "]", text))
