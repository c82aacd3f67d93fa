# What the field's own readers find in a run's folder: TensorBoard in its event files, safetensors in the newest checkpoint.
import json
import sys
import types

# Without it TensorBoard would import the TensorFlow beside it, of which the project installs the library alone.
sys.modules["tensorboard.compat.notf"] = types.ModuleType("notf")

from safetensors.numpy import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder, tensors = sys.argv[1:]
events = EventAccumulator(f"{folder}/tensorboard", size_guidance={"scalars": 0, "histograms": 0})
events.Reload()
tags = events.Tags()
scalars = {tag: [[each.step, each.value] for each in events.Scalars(tag)] for tag in tags["scalars"]}
histograms = {
    tag: [[each.step, each.histogram_value.num, each.histogram_value.sum, sum(each.histogram_value.bucket)] for each in events.Histograms(tag)]
    for tag in tags["histograms"]
}
arrays = {name: [str(array.dtype), list(array.shape), float(array.sum())] for name, array in load_file(tensors).items()}
print(json.dumps({"scalars": scalars, "histograms": histograms, "arrays": arrays}))
