"""Writes reference.json: what PyTorch and scikit-learn give for the losses, gradients and measures of the tasks.

    python reference.py    # torch 2.15.0, scikit-learn 1.9.1
"""

import json

import numpy as np
import torch
from sklearn import metrics
from torch.nn import functional as F

random = np.random.default_rng(15)
torch.set_default_dtype(torch.float64)


def exact(x):
    """As float32 holds it."""
    return np.asarray(x, np.float32).astype(np.float64)


def learn(outputs, loss):
    """The loss and its gradient by the outputs."""
    x = torch.tensor(outputs, requires_grad=True)
    value = loss(x)
    value.backward()
    return {"loss": value.item(), "gradient": x.grad.flatten().tolist()}


def flat(x):
    return np.asarray(x, float).flatten().tolist()


def multilabel():
    n, t = 17, 5
    logits = np.round(2 * random.normal(size=(n, t))) / 2  # with ties, and with zeros
    logits[0] = [40, -40, 0, 90, -90]
    given = (random.random((n, t)) < 0.4).astype(float)
    given[:, 2] = 0  # a label that no sample has
    given[:, 3] = 1  # and one that all have
    logits[:, 4] = -3  # one that is never predicted
    given[3, 4] = 1
    given[0] = logits[0] > 0
    soft = exact(random.random((n, t)))
    p = 1 / (1 + np.exp(-logits))
    says = (p > 0.5).astype(int)
    there = given.sum(0) > 0
    return {
        "n": n, "width": t, "outputs": flat(logits), "given": flat(given), "soft": flat(soft),
        "learn": learn(logits, lambda z: F.binary_cross_entropy_with_logits(z, torch.tensor(given))),
        "learn_soft": learn(logits, lambda z: F.binary_cross_entropy_with_logits(z, torch.tensor(soft))),
        "predicted": flat(p),
        "values": {
            "loss": F.binary_cross_entropy_with_logits(torch.tensor(logits), torch.tensor(given)).item(),
            "exact_error": 100 * (1 - metrics.accuracy_score(given, says)),
            "hamming_loss": 100 * metrics.hamming_loss(given, says),
            # scikit-learn counts a label that no sample has as 0; it is left out here.
            "mean_average_precision": 100 * metrics.average_precision_score(given[:, there], p[:, there], average="macro"),
            "macro_f1": 100 * metrics.f1_score(given, says, average="macro", zero_division=0),
        },
    }


def regress(targets, huber):
    n = 23
    mean, std = random.normal(size=targets) * 50, np.exp(1 + random.normal(size=targets))
    outputs = exact(1.5 * random.normal(size=(n, targets)))
    given = exact(mean + std * random.normal(size=(n, targets)))
    outputs[0] = exact((given[0] - mean) / std)  # about no error
    scaled = torch.tensor((given - mean) / std)
    loss = torch.nn.HuberLoss(delta=huber) if huber else torch.nn.MSELoss()
    predicted = outputs * std + mean
    values = {"loss": loss(torch.tensor(outputs), scaled).item(), "r2": metrics.r2_score(given, predicted)}
    if targets == 1:
        values["rmse"] = metrics.root_mean_squared_error(given, predicted)
        values["mae"] = metrics.mean_absolute_error(given, predicted)
    else:
        values["rmse"] = metrics.mean_squared_error(given / std, predicted / std) ** 0.5
        for k in range(targets):
            values[f"rmse_t{k}"] = metrics.root_mean_squared_error(given[:, k], predicted[:, k])
            values[f"mae_t{k}"] = metrics.mean_absolute_error(given[:, k], predicted[:, k])
    return {
        "n": n, "width": targets, "huber": huber, "mean": flat(mean), "std": flat(std), "outputs": flat(outputs), "given": flat(given),
        "learn": learn(outputs, lambda y: loss(y, scaled)), "predicted": flat(predicted), "values": values,
    }


def segment(smoothing, weighted):
    n, h, w, k = 4, 3, 4, 5
    logits = exact(2 * random.normal(size=(n, h, w, k)))
    logits[..., 4] -= 30  # never predicted, nor there
    given = random.integers(0, 4, (n, h, w))
    given[random.random((n, h, w)) < 0.2] = -1
    given[1] = -1  # a picture without any class
    logits[..., 3] -= 30  # there, but never predicted
    weights = exact(np.exp(random.normal(size=k)))
    if not weighted:
        weights = np.ones(k)
    classes, labels = torch.tensor(weights), torch.tensor(given)

    def plain(z):
        return F.cross_entropy(z.permute(0, 3, 1, 2), labels, weight=classes, ignore_index=-1, label_smoothing=smoothing)

    # Rows of mixed pixels, among them some of a void one and another.
    own = F.one_hot(labels.clamp(min=0), k) * (labels >= 0)[..., None]
    share = torch.tensor(exact(random.random(n))).view(n, 1, 1, 1)
    partner = torch.tensor([1, 2, 3, 0])
    rows = share * own + (1 - share) * own[partner]

    def mixed(z):
        smoothed = (1 - smoothing) * rows + smoothing / k * rows.sum(-1, keepdim=True)
        return -(classes * smoothed * F.log_softmax(z, -1)).sum() / (classes * rows).sum()

    known = given >= 0
    truth, guess = given[known], logits.argmax(-1)[known]
    iou = metrics.jaccard_score(truth, guess, labels=list(range(k)), average=None, zero_division=0)
    there = [c for c in range(k) if (truth == c).any() or (guess == c).any()]
    values = {
        "loss": F.cross_entropy(torch.tensor(logits).permute(0, 3, 1, 2), labels, ignore_index=-1).item(),
        "pixel_error": 100 * (1 - metrics.accuracy_score(truth, guess)),
        "mean_iou": 100 * iou[there].mean(),
    }
    values.update({f"iou_c{c}": 100 * iou[c] for c in there})
    return {
        "n": n, "height": h, "wide": w, "width": k, "smoothing": smoothing, "weights": flat(weights) if weighted else None,
        "outputs": flat(logits), "given": flat(given), "soft": flat(rows),
        "learn": learn(logits, plain), "learn_soft": learn(logits, mixed),
        "predicted": flat(torch.softmax(torch.tensor(logits), -1)), "values": values,
    }


json.dump({
    "multilabel": [multilabel()],
    "regress": [regress(1, 0), regress(1, 1), regress(3, 0), regress(3, 0.5), regress(2, 2)],
    "segment": [segment(s, w) for s in (0, 0.1) for w in (False, True)],
}, open("reference.json", "w"))
