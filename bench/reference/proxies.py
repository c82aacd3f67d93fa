"""The other side of `npm run bench -- proxies --python PYTHON`: training-free proxies in PyTorch, on the CPU.

    python proxies.py ARCHITECTURES BATCH CHANNELS CELLS VARIANT

ARCHITECTURES is a JSON list of NAS-Bench-201's strings, VARIANT eager or channels-last. A network is made anew for each score, as on our
side; images are random tensors made once.
"""

import json
import sys

from nasbench201 import network
from serve import answering, seconds, torch

nn = torch.nn
architectures, batch, channels, cells, variant = json.loads(sys.argv[1]), *map(int, sys.argv[2:5]), sys.argv[5]
layout = torch.channels_last if variant == "channels-last" else torch.contiguous_format
images, labels = torch.randn(batch, 3, 32, 32).contiguous(memory_format=layout), torch.randint(0, 10, (batch,))


def weights(model):
    return [module.weight for module in model.modules() if isinstance(module, (nn.Conv2d, nn.Linear))]


def differentiated(model):
    nn.functional.cross_entropy(model(images), labels).backward()
    return [weight for weight in weights(model) if weight.grad is not None]


def grad_norm(model):
    return sum(weight.grad.norm() for weight in differentiated(model))


def snip(model):
    return sum((weight * weight.grad).abs().sum() for weight in differentiated(model))


def naswot(model):
    kernels = []

    def compare(_, inputs, __):
        code = (inputs[0] > 0).float().flatten(1)
        kernels.append(code @ code.T + (1 - code) @ (1 - code).T)

    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.register_forward_hook(compare)
    with torch.no_grad():
        model(images)
    return torch.linalg.slogdet(sum(kernels).double())[1]


def jacob_cov(model):
    x = images.clone().requires_grad_()
    model(x).sum().backward()
    values = torch.linalg.eigvalsh(torch.corrcoef(x.grad.flatten(1).double()))
    return -((values + 1e-5).log() + 1 / (values + 1e-5)).sum()


def measure(proxy):
    def answer(k, times):
        def score():
            return float(proxy(network(architectures[k], channels, cells).to(memory_format=layout)))

        return {"seconds": [seconds(score) for _ in range(times)]}

    return answer


answering({proxy.__name__: measure(proxy) for proxy in (grad_norm, snip, naswot, jacob_cov)})
