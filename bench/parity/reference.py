"""What PyTorch computes. Reads one line of JSON for each task on standard input and answers with one.

    {"task": "logits", "make": EXPRESSION, "shape": [H, W, C], "batch": N, "dir": DIR}
        writes DIR/weights.safetensors and DIR/logits.safetensors (x [N H W C], logits)
    {"task": "steps", "make": EXPRESSION, "weights": FILE, "data": FILE, "dtype": T, "classes": C, "rate": R, "momentum": M, "decay": D, "steps": S, "nudge": K}
        trains, from weights nudged with seed K unless it is 0, and answers with the losses and the loss on the test batch
    {"task": "gradients", "make": EXPRESSION, "weights": FILE, "data": FILE, "dtype": T, "classes": C, "out": FILE}
        writes the gradients of the first batch's loss
    {"task": "load", "make": EXPRESSION, "dir": DIR, "file": FILE}
        writes DIR/loaded.safetensors: the logits of DIR/logits.safetensors's x with the file's weights
"""

import json
import sys

import torch
import torchvision
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F
from torchvision.models.resnet import BasicBlock, Bottleneck

import networks

torch.manual_seed(1)


def build(task):
    return eval(task["make"], {"torchvision": torchvision, **vars(networks)})


def first(x):
    return x.permute(0, 3, 1, 2).contiguous()


def logits(task):
    """Random weights whose running statistics are near those of the data, and whose logits have a deviation of 1."""
    net = build(task)
    x = torch.randn(max(task["batch"], 4), *task["shape"])
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    with torch.no_grad():
        for m in norms:
            if m.weight.requires_grad:
                m.weight.uniform_(0.5, 1.5)
            m.bias.normal_(0, 0.1)
        for m in net.modules():
            # Small: 33 random blocks in a row whose branches end at full strength multiply rounding by forty.
            if isinstance(m, Bottleneck):
                m.bn3.weight.uniform_(0.1, 0.3)
            if isinstance(m, BasicBlock):
                m.bn2.weight.uniform_(0.1, 0.3)
            if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)) and m.bias is not None:
                m.bias.normal_(0, 0.1)
        kept = [m.momentum for m in norms]
        net.train()
        for m in norms:
            m.momentum = 1
        net(first(x))
        for m, momentum in zip(norms, kept):
            m.momentum = momentum
            m.running_mean += 0.1 * m.running_var.sqrt() * torch.randn_like(m.running_mean)
            m.running_var *= torch.empty_like(m.running_var).uniform_(0.8, 1.25)
        net.eval()
        x = x[: task["batch"]]
        y = net(first(x))
        head = [m for m in net.modules() if isinstance(m, (nn.Linear, nn.Conv2d))][-1]
        for p in head.parameters():
            p /= y.std()
        y = net(first(x))
    save_file({k: v.contiguous() for k, v in net.state_dict().items()}, task["dir"] + "/weights.safetensors")
    save_file({"x": x.contiguous(), "logits": y.contiguous()}, task["dir"] + "/logits.safetensors")
    parameters = sum(p.numel() for p in net.parameters() if p.requires_grad)
    with torch.no_grad():
        exact = net.double()(first(x.double()))
    return {"parameters": parameters, "rounding": (exact - y).abs().max().item()}


def begin(task):
    """The network to train, its data, and the loss of a step, all in the task's precision."""
    dtype = getattr(torch, task["dtype"])
    net = build(task)
    net.load_state_dict(load_file(task["weights"]))
    net.to(dtype).train()
    data = {k: v.to(dtype) if v.is_floating_point() else v.long() for k, v in load_file(task["data"]).items()}

    def loss(s):
        x, labels, partner, own, target = (data[f"{name}{s}"] for name in ("x", "labels", "partner", "input", "target"))
        x, w, share = first(x), own.view(-1, 1, 1, 1), target[:, None]
        onehot = F.one_hot(labels, task["classes"]).to(dtype)
        return F.cross_entropy(net(w * x + (1 - w) * x[partner]), share * onehot + (1 - share) * onehot[partner])

    return net, data, loss


def steps(task):
    net, data, of = begin(task)
    if task["nudge"]:
        torch.manual_seed(task["nudge"])
        with torch.no_grad():
            for p in net.parameters():
                p *= 1 + 1e-6 * torch.randn_like(p)
    optimiser = torch.optim.SGD(net.parameters(), lr=task["rate"], momentum=task["momentum"], weight_decay=task["decay"])
    losses = []
    for s in range(task["steps"]):
        loss = of(s)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    net.eval()
    with torch.no_grad():
        test = F.cross_entropy(net(first(data["test"])), data["test_labels"]).item()
    return {"losses": losses, "test": test}


def gradients(task):
    net, _, of = begin(task)
    of(0).backward()
    save_file({k: p.grad.float().contiguous() for k, p in net.named_parameters()}, task["out"])
    return {}


def load(task):
    """Whether PyTorch takes a file with no name missing or left over, and what it computes with it."""
    net = build(task)
    net.load_state_dict(load_file(task["file"]), strict=True)
    net.eval()
    with torch.no_grad():
        y = net(first(load_file(task["dir"] + "/logits.safetensors")["x"]))
    save_file({"logits": y.contiguous()}, task["dir"] + "/loaded.safetensors")
    return {}


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    print(json.dumps({"version": f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}"}), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        print(json.dumps({"logits": logits, "steps": steps, "gradients": gradients, "load": load}[task["task"]](task)), flush=True)
