"""One side of `npm run bench -- step --reference DIR`: the DrNAS authors' own bilevel step, on the CPU, served over stdin and stdout.

    python reference_step.py DIR BATCH CHANNELS CELLS K

DIR is a clone of their repository. Each line "N" on stdin runs N steps; the answer is a JSON line {"seconds": [...], "peakBytes": ...}.
Images are random tensors made once, so data loading and augmentation are not in its time (they are in ours).
"""

import json
import resource
import sys
import time
import types
import warnings

folder, batch, channels, cells, partial = sys.argv[1], *map(int, sys.argv[2:6])
sys.path[:0] = [f"{folder}/201-space", folder]
warnings.filterwarnings("ignore")
for name in ("torchvision", "torchvision.datasets", "torchvision.transforms"):  # imported by their utils, not used here
    sys.modules[name] = types.ModuleType(name)

import torch  # noqa: E402

torch.Tensor.cuda = lambda self, *_, **__: self  # their code moves to a GPU

from architect import Architect  # noqa: E402
from cell_operations import NAS_BENCH_201  # noqa: E402
from search_model import TinyNetwork  # noqa: E402

torch.manual_seed(0)
criterion = torch.nn.CrossEntropyLoss()
model = TinyNetwork(C=channels, N=cells, max_nodes=4, num_classes=10, criterion=criterion, search_space=NAS_BENCH_201, k=partial,
                    species="dirichlet", reg_type="l2", reg_scale=1e-3)
optimizer = torch.optim.SGD(model.get_weights(), 0.025, momentum=0.9, weight_decay=3e-4)
architect = Architect(model, types.SimpleNamespace(momentum=0.9, weight_decay=3e-4, reg_type="l2", reg_scale=1e-3, arch_learning_rate=3e-4))
train = torch.randn(batch, 3, 32, 32), torch.randint(0, 10, (batch,))
valid = torch.randn(batch, 3, 32, 32), torch.randint(0, 10, (batch,))


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


for line in sys.stdin:
    seconds = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"seconds": seconds, "peakBytes": peak, "torch": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
