"""The other side of `npm run bench -- step --network ARCHITECTURE --python PYTHON`: the same training step in PyTorch, on the CPU.

    python network.py ARCHITECTURE BATCH CHANNELS CELLS VARIANT

VARIANT is eager, channels-last or compile. Images are random tensors made once.
"""

import sys

from nasbench201 import network
from serve import serve, torch

architecture, batch, channels, cells, variant = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
layout = torch.channels_last if variant == "channels-last" else torch.contiguous_format


def make_step():
    torch.manual_seed(0)
    model = network(architecture, channels, cells).to(memory_format=layout)
    forward = torch.compile(model) if variant == "compile" else model
    images, labels = torch.randn(batch, 3, 32, 32).contiguous(memory_format=layout), torch.randint(0, 10, (batch,))
    sgd = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)

    def step():
        sgd.zero_grad()
        loss = torch.nn.functional.cross_entropy(forward(images), labels)
        loss.backward()
        sgd.step()
        return loss.item()

    return step


serve(make_step)
