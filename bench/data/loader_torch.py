"""Images a second through torchvision's own input pipeline, as one JSON line.

    loader_torch.py cifar IMAGES WORKERS BATCH SKIP
    loader_torch.py folder DIR WORKERS BATCH SKIP REPEAT

cifar: IMAGES random 3x32x32 uint8 images in memory; pad-4 random crop, flip, normalise, then
mixup with alpha 1 on each batch. folder: an ImageFolder read REPEAT times over; random-resized
crop to 224, flip, normalise. The first SKIP batches, which hold the workers' start, are not timed.
"""

import json
import sys
import time

import torch
from torch.utils.data import ConcatDataset, DataLoader, Dataset
from torchvision.datasets import ImageFolder
from torchvision.transforms import v2

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class Memory(Dataset):
    def __init__(self, n, transform):
        self.images = torch.randint(0, 256, (n, 3, 32, 32), dtype=torch.uint8)
        self.labels = torch.randint(0, 10, (n,))
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.transform(self.images[i]), self.labels[i]


def main():
    kind, what, workers, batch, skip = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    normalise = [v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)]
    if kind == "cifar":
        data = Memory(int(what), v2.Compose([v2.RandomCrop(32, padding=4), v2.RandomHorizontalFlip(), *normalise]))
        finish = v2.MixUp(alpha=1.0, num_classes=10)
    else:
        transform = v2.Compose([v2.RandomResizedCrop(224, antialias=True), v2.RandomHorizontalFlip(), v2.PILToTensor(), *normalise])
        data = ConcatDataset([ImageFolder(what, transform)] * int(sys.argv[6]))
        finish = lambda x, y: (x, y)
    loader = DataLoader(data, batch_size=batch, shuffle=True, num_workers=workers, drop_last=True)
    torch.set_num_threads(max(1, workers))
    images, start = 0, 0.0
    for step, (x, y) in enumerate(loader):
        x, y = finish(x, y)
        if step + 1 == skip:
            start = time.perf_counter()
        elif step >= skip:
            images += len(x)
    print(json.dumps({"images_per_second": images / (time.perf_counter() - start)}))


if __name__ == "__main__":
    main()
