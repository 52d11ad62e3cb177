"""One participant of the engine's benchmark: a mixup training step in PyTorch.

    torch_worker.py CASE MODE [THREADS [WARM_UP]]

MODE: eager, channels_last, compile, compile_channels_last, bf16, bf16_channels_last, bf16_compile_channels_last.
It builds and warms up, prints one line of JSON, then answers each line "N" on standard input with the seconds of
N training steps, so that the participants can be timed in turn.
"""

import json
import sys
import time

import torch
from torch.nn import functional as F

from networks import CASES, parameters


def main():
    case, mode = sys.argv[1], sys.argv[2]
    threads = int(sys.argv[3]) if len(sys.argv) > 3 else torch.get_num_threads()
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    make, shape, classes, batch = CASES[case]
    net = make()
    x, labels = torch.randn(batch, *shape), torch.randint(0, classes, (batch,))
    if "channels_last" in mode and x.dim() == 4:
        net, x = net.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    count = parameters(net)
    model = torch.compile(net) if "compile" in mode else net
    onehot = F.one_hot(labels, classes).float()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4, foreach=True)
    weight = 0.3

    def step():
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
