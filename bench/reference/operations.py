"""The other side of `npm run bench -- operations --python PYTHON`: the same layers in PyTorch, on the CPU.

    python operations.py BATCH CANDIDATES VARIANT

CANDIDATES is the JSON of bench/sides/candidates.ts, VARIANT eager or channels-last. The layers are those of the DrNAS authors' operations
without their last batch norm.
"""

import json
import sys

from serve import answering, seconds, torch

nn = torch.nn
batch, candidates, variant = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
layout = torch.channels_last if variant == "channels-last" else torch.contiguous_format
made = {}


class Reduction(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first, self.second = (nn.Conv2d(channels, channels // 2, 1, 2, bias=False) for _ in range(2))

    def forward(self, x):
        x = x.relu()
        return torch.cat([self.first(x), self.second(x[:, :, 1:, 1:])], 1)


def layers(kind, size, stride, dilation, channels, **_):
    def depthwise(stride):
        return nn.Conv2d(channels, channels, size, stride, dilation * (size - 1) // 2, dilation, channels, bias=False)

    def separable(stride):
        return nn.ReLU(), depthwise(stride), nn.Conv2d(channels, channels, 1, bias=False)

    return {
        "depthwise": lambda: depthwise(stride),
        "once": lambda: nn.Sequential(*separable(stride)),
        "twice": lambda: nn.Sequential(*separable(stride), nn.BatchNorm2d(channels, affine=False), *separable(1)),
        "maximum": lambda: nn.MaxPool2d(size, stride, 1),
        "mean": lambda: nn.AvgPool2d(size, stride, 1, count_include_pad=False),
        "reduction": lambda: Reduction(channels),
    }[kind]()


def make(candidate):
    layer = layers(**candidate).to(memory_format=layout)
    x = torch.randn(batch, candidate["channels"], candidate["side"], candidate["side"]).contiguous(memory_format=layout).requires_grad_()
    dy = torch.randn_like(layer(x))
    points = [x, *layer.parameters()]
    return {"forward": lambda: layer(x), "gradients": lambda: torch.autograd.grad(layer(x), points, dy)}


def measure(what):
    def answer(k, times):
        if k not in made:
            made[k] = make(candidates[k])
        return {"seconds": [seconds(made[k][what]) for _ in range(times)]}

    return answer


answering({"forward": measure("forward"), "gradients": measure("gradients")})
