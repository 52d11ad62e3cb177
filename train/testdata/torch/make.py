"""Writes the weights, inputs and results that parity_test.go compares with:

    python3 make.py      (PyTorch 2.15, safetensors 0.8, CPU; writes into this folder)

The network is cnn:width=3,depth=2,kernel=3 on 8 x 8 images of 2 channels, in
PyTorch: convolution, batch normalisation, ReLU and 2x2 max pooling, twice, then
a dense layer on the flattened image. It is trained for 5 steps by SGD with
Nesterov momentum and weight decay on batches that are mixed by given Plans.
"""

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

torch.manual_seed(3)
CLASSES, BATCH, STEPS = 4, 6, 5


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(2, 3, 3, padding=1, bias=False), nn.BatchNorm2d(3)
        self.conv2, self.norm2 = nn.Conv2d(3, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6)
        self.logits = nn.Linear(24, CLASSES)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.norm2(self.conv2(x))), 2)
        return self.logits(x.flatten(1))


net = Net()
with torch.no_grad():
    for m in (net.norm1, net.norm2):
        m.weight.uniform_(0.5, 1.5)
        m.bias.normal_(0, 0.3)
        m.running_mean.normal_(0, 0.3)
        m.running_var.uniform_(0.5, 1.5)
save_file({k: v.clone() for k, v in net.state_dict().items()}, "tiny.safetensors")


def first(x):
    return x.permute(0, 3, 1, 2).contiguous()


x = torch.randn(STEPS, BATCH, 8, 8, 2)
labels = torch.randint(0, CLASSES, (STEPS, BATCH))
partner = torch.stack([torch.randperm(BATCH) for _ in range(STEPS)])
own = torch.rand(STEPS, BATCH)
target = torch.rand(STEPS, BATCH)
results = {"x": x, "labels": labels.float(), "partner": partner.float(), "input": own, "target": target}
net.eval()
with torch.no_grad():
    results["before"] = net(first(x[0]))
net.train()
optimiser = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01)
losses = []
for s in range(STEPS):
    w = own[s].view(-1, 1, 1, 1)
    onehot = F.one_hot(labels[s], CLASSES).float()
    targets = target[s][:, None] * onehot + (1 - target[s])[:, None] * onehot[partner[s]]
    loss = F.cross_entropy(net(first(w * x[s] + (1 - w) * x[s][partner[s]])), targets)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
results["losses"] = torch.tensor(losses)
net.eval()
with torch.no_grad():
    results["after"] = net(first(x[0]))
save_file({k: v.contiguous() for k, v in results.items()}, "results.safetensors")
save_file({k: v.clone() for k, v in net.state_dict().items()}, "trained.safetensors")
