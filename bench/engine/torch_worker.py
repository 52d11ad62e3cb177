"""One participant of the engine's benchmark: a mixup training step in PyTorch.

    torch_worker.py CASE MODE [THREADS [WARM_UP [LOADING]]]

MODE: eager, channels_last, compile, compile_channels_last, bf16, bf16_channels_last, bf16_compile_channels_last.
It builds and warms up, prints one line of JSON, then answers each line "N" on standard input with the seconds of
N training steps, so that the participants can be timed in turn. LOADING "true" takes each batch from a DataLoader
with two workers that crop and flip random uint8 images by torchvision's v2; else all steps take one batch.
"""

import itertools
import json
import sys
import time

import torch
from torch.nn import functional as F

from networks import CASES, parameters


class Memory(torch.utils.data.Dataset):
    """50,000 random images in memory, cropped, flipped and normalised."""

    def __init__(self, shape, classes):
        from torchvision.transforms import v2

        self.images = torch.randint(0, 256, (50_000, *shape), dtype=torch.uint8)
        self.labels = torch.randint(0, classes, (50_000,))
        channels = shape[0]
        self.transform = v2.Compose([v2.RandomCrop(shape[1:], padding=4), v2.RandomHorizontalFlip(),
                                     v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.5] * channels, [0.25] * channels)])

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.transform(self.images[i]), self.labels[i]


def batches(shape, classes, batch, channels_last):
    loader = torch.utils.data.DataLoader(Memory(shape, classes), batch_size=batch, shuffle=True, num_workers=2,
                                         drop_last=True, persistent_workers=True)
    while True:
        for x, labels in loader:
            yield (x.to(memory_format=torch.channels_last) if channels_last else x), labels


def main():
    case, mode = sys.argv[1], sys.argv[2]
    threads = int(sys.argv[3]) if len(sys.argv) > 3 else torch.get_num_threads()
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    make, shape, classes, batch = CASES[case]
    net = make()
    loading = len(sys.argv) > 5 and sys.argv[5] == "true"
    channels_last = "channels_last" in mode and len(shape) == 3
    if channels_last:
        net = net.to(memory_format=torch.channels_last)
    if loading:
        feed = batches(shape, classes, batch, channels_last)
    else:
        x, labels = torch.randn(batch, *shape), torch.randint(0, classes, (batch,))
        feed = itertools.repeat((x.to(memory_format=torch.channels_last) if channels_last else x, labels))
    count = parameters(net)
    model = torch.compile(net) if "compile" in mode else net
    optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4, foreach=True)
    beta = torch.distributions.Beta(1.0, 1.0)

    def step():
        x, labels = next(feed)
        weight = beta.sample()
        onehot = F.one_hot(labels, classes).float()
        partner = torch.randperm(batch)
        mixed = weight * x + (1 - weight) * x[partner]
        target = weight * onehot + (1 - weight) * onehot[partner]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled="bf16" in mode):
            loss = F.cross_entropy(model(mixed), target)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss.item()

    warm_up = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    losses = [step() for _ in range(warm_up)]
    print(json.dumps({"name": "torch " + mode, "version": torch.__version__, "batch": batch, "parameters": count,
                      "threads": threads, "loss": losses[-1]}), flush=True)
    for line in sys.stdin:
        n = int(line)
        start = time.perf_counter()
        for _ in range(n):
            step()
        print(json.dumps({"seconds": time.perf_counter() - start, "steps": n}), flush=True)


if __name__ == "__main__":
    main()
