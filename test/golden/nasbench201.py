"""Writes nasbench201/: small files in the official formats of NATS-Bench's topology folder and of NAS-Bench-201's own file.

Run with Python 3.8 or newer, NumPy and PyTorch: python test/golden/nasbench201.py
Made with Python 3.11.7, NumPy 2.4.6 and PyTorch 2.13.0. The layout is that of nats_bench/api_utils.py (ResultsCount, ArchResults); the
numbers are made up, by `value`."""

import bz2
import os
import pathlib
import pickle
from collections import OrderedDict

import numpy as np
import torch

ARCHITECTURES = {
    0: "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|",
    1: "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|",
    2: "|avg_pool_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|avg_pool_3x3~0|avg_pool_3x3~1|avg_pool_3x3~2|",
}
EVALUATIONS = {
    "cifar10-valid": ["x-valid", "ori-test"],
    "cifar10": ["ori-test"],
    "cifar100": ["ori-test", "x-valid", "x-test"],
    "ImageNet16-120": ["ori-test", "x-valid", "x-test"],
}


def value(*keys):
    """A number that tells where it belongs: by its position each key adds its value, or the sum of its letters."""
    numbers = [sum(map(ord, key)) if isinstance(key, str) else key for key in keys]
    return sum(number / 7**position for position, number in enumerate(numbers)) % 100


def trial(index, name, seed, epochs, every, tensors=False):
    """@param every: epochs in which all was evaluated, as in the training of 12 epochs; else what comes first, and all in the last."""
    evaluated = [
        (which, epoch)
        for which in EVALUATIONS[name]
        for epoch in range(epochs)
        if every or which == EVALUATIONS[name][0] or epoch == epochs - 1
    ]
    times = OrderedDict((epoch, value(index, name, "time")) for epoch in range(epochs))
    return {
        "name": name,
        "net_state_dict": OrderedDict(weight=torch.arange(6.0).reshape(2, 3)) if tensors else None,
        "train_acc1es": {epoch: value(index, name, seed, "accuracy", epoch) for epoch in range(epochs)},
        "train_acc5es": None,
        "train_losses": {epoch: value(index, name, seed, "loss", epoch) for epoch in range(epochs)},
        "train_times": times,
        "arch_config": {"channel": 16, "num_cells": 5, "arch_str": ARCHITECTURES[index], "class_num": 10},
        "params": np.float64(value(index, name, "params")),
        "flop": value(index, name, "flop"),
        "seed": f"{seed:04d}",
        "epochs": epochs,
        "latency": [np.float64(0.25), np.float64(0.5)],
        "eval_names": EVALUATIONS[name],
        "eval_acc1es": {f"{which}@{epoch}": value(index, name, seed, which, epoch) for which, epoch in evaluated},
        "eval_times": {f"{which}@{epoch}": value(index, name, which) for which in EVALUATIONS[name] for epoch in range(epochs)},
        "eval_losses": {f"{which}@{epoch}": value(index, name, seed, which, "loss", epoch) for which, epoch in evaluated},
    }


def results(index, epochs, seeds, every, tensors=False):
    trials = {(name, seed): trial(index, name, seed, epochs, every, tensors) for name in EVALUATIONS for seed in seeds(name)}
    return {
        "arch_index": index,
        "arch_str": ARCHITECTURES[index],
        "all_results": trials,
        "dataset_seed": {name: seeds(name) for name in EVALUATIONS},
        "clear_net_done": True,
    }


def architecture(index, short="12", full="200", tensors=False):
    # The official trainings have 12 and 200 epochs; these have 3 and 4.
    return OrderedDict(
        [
            (short, results(index, 3, lambda name: [777, 111] if name == "cifar10-valid" else [111], True, tensors)),
            (full, results(index, 4, lambda name: [777, 888, 999][: 1 + index], False, tensors)),
        ]
    )


class Hostile:
    def __reduce__(self):
        return os.system, ("touch naslab-was-here",)


folder = pathlib.Path(__file__).with_suffix("")
folder.mkdir(exist_ok=True)


def packed(name, thing):
    (folder / f"{name}.pickle.pbz2").write_bytes(bz2.compress(pickle.dumps(thing)))


for index in ARCHITECTURES:
    packed(f"{index:06d}", architecture(index))
packed("000003", OrderedDict([("12", {"arch_str": Hostile()})]))
packed("000004", architecture(0))
packed("000005", bytes(40_000_000))

meta = {"meta_archs": list(ARCHITECTURES.values()), "total_archs": 3, "evaluated_indexes": {0, 1, 2}}
whole = {**meta, "arch2infos": {index: architecture(index, "less", "full") for index in ARCHITECTURES}}
torch.save(whole, folder / "legacy.pth", _use_new_zipfile_serialization=False)
torch.save(whole, folder / "zip.pth")
few = {index: architecture(index, "less", "full", tensors=True) for index in (0, 1)}
torch.save({**meta, "arch2infos": few}, folder / "weights.pth")
hostile = {0: architecture(0, "less", "full"), 1: {"less": Hostile(), "full": 1}}
torch.save({**meta, "arch2infos": hostile}, folder / "hostile.pth")
