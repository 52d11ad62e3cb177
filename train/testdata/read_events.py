"""Prints what TensorBoard reads in a folder: every scalar's steps."""
import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

accumulator = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "tensors": 0})
accumulator.Reload()
steps = {}
for tag in accumulator.Tags()["scalars"]:
    steps[tag] = [[e.step, e.value] for e in accumulator.Scalars(tag)]
print(json.dumps(steps))
