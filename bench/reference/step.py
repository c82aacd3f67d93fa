"""One side of `npm run bench -- step --reference DIR`: the DrNAS authors' own bilevel step, on the CPU.

    python step.py DIR BATCH CHANNELS CELLS K VARIANT

DIR is a clone of their repository, K the partial channels, VARIANT eager, channels-last or compile. Images are random tensors made once,
so data loading and augmentation are not in its time (they are in ours).
"""

import sys
import types

from serve import refuse, serve, torch

folder, batch, channels, cells, partial, variant = sys.argv[1], *map(int, sys.argv[2:6]), sys.argv[6]
layout = torch.channels_last if variant == "channels-last" else torch.contiguous_format


def authors_code():
    sys.path[:0] = [f"{folder}/201-space", folder]
    for name in ("torchvision", "torchvision.datasets", "torchvision.transforms"):  # imported by their utils, not used here
        sys.modules[name] = types.ModuleType(name)
    torch.Tensor.cuda = lambda self, *_, **__: self  # their code moves to a GPU
    try:
        from architect import Architect
        from cell_operations import NAS_BENCH_201
        from search_model import TinyNetwork
    except Exception as error:
        refuse(f"{folder} is not the DrNAS authors' code: {type(error).__name__}: {error}; give a clone of their repository")
    return Architect, NAS_BENCH_201, TinyNetwork


def examples():
    return torch.randn(batch, 3, 32, 32).contiguous(memory_format=layout), torch.randint(0, 10, (batch,))


def make_step():
    Architect, operations, TinyNetwork = authors_code()
    torch.manual_seed(0)
    criterion = torch.nn.CrossEntropyLoss()
    model = TinyNetwork(C=channels, N=cells, max_nodes=4, num_classes=10, criterion=criterion, search_space=operations, k=partial,
                        species="dirichlet", reg_type="l2", reg_scale=1e-3)
    optimizer = torch.optim.SGD(model.get_weights(), 0.025, momentum=0.9, weight_decay=3e-4)
    settings = types.SimpleNamespace(momentum=0.9, weight_decay=3e-4, reg_type="l2", reg_scale=1e-3, arch_learning_rate=3e-4)
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
