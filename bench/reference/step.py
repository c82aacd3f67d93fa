"""One side of `npm run bench -- step --reference DIR`: the DrNAS authors' own bilevel step, on the CPU.

    python step.py DIR SPACE BATCH CHANNELS CELLS K VARIANT

DIR is a clone of their repository, SPACE nasbench201 or darts, CELLS a stage's or the network's, K the partial channels, VARIANT eager,
channels-last or compile. Images are random tensors made once, so data loading and augmentation are not in its time (they are in ours).
"""

import sys
import types

from serve import refuse, serve, torch

folder, space, batch, channels, cells, partial, variant = *sys.argv[1:3], *map(int, sys.argv[3:7]), sys.argv[7]
layout = torch.channels_last if variant == "channels-last" else torch.contiguous_format
regularised = {"reg_type": "l2", "reg_scale": 1e-3}


def nasbench201(criterion):
    from cell_operations import NAS_BENCH_201
    from search_model import TinyNetwork

    model = TinyNetwork(C=channels, N=cells, max_nodes=4, num_classes=10, criterion=criterion, search_space=NAS_BENCH_201, k=partial,
                        species="dirichlet", **regularised)
    return model, model.get_weights()


def darts(criterion):
    from model_search import Network

    model = Network(channels, 10, cells, criterion, k=partial, **regularised)
    return model, model.parameters()


# The folder of the space in their repository, and its network with the weights that SGD trains.
SPACES = {"nasbench201": ("201-space", nasbench201), "darts": ("DARTS-space", darts)}


def authors_code():
    below, network = SPACES[space]
    sys.path[:0] = [f"{folder}/{below}", folder]
    for name in ("torchvision", "torchvision.datasets", "torchvision.transforms"):  # imported by their utils, not used here
        sys.modules[name] = types.ModuleType(name)
    torch.Tensor.cuda = lambda self, *_, **__: self  # their code moves to a GPU
    try:
        from architect import Architect
        torch.manual_seed(0)
        criterion = torch.nn.CrossEntropyLoss()
        return Architect, criterion, *network(criterion)
    except Exception as error:
        refuse(f"{folder} is not the DrNAS authors' code: {type(error).__name__}: {error}; give a clone of their repository")


def examples():
    return torch.randn(batch, 3, 32, 32).contiguous(memory_format=layout), torch.randint(0, 10, (batch,))


def make_step():
    Architect, criterion, model, weights = authors_code()
    optimizer = torch.optim.SGD(weights, 0.025, momentum=0.9, weight_decay=3e-4)
    settings = types.SimpleNamespace(momentum=0.9, weight_decay=3e-4, arch_learning_rate=3e-4, **regularised)
    architect = Architect(model, settings)
    model.to(memory_format=layout)
    if variant == "compile":
        model.forward = torch.compile(model.forward)
    train, valid = examples(), examples()

    def step():
        model.train()
        architect.step(*train, *valid, 0.025, optimizer, unrolled=False)
        optimizer.zero_grad()
        architect.optimizer.zero_grad()
        loss = criterion(model(train[0]), train[1])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5)
        optimizer.step()
        optimizer.zero_grad()
        architect.optimizer.zero_grad()
        return loss.item()

    return step


serve(make_step)
