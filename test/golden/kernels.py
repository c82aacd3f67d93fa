# Values and gradients of the network operations by PyTorch in float64, in the layouts of TensorFlow.js.
# python test/golden/kernels.py writes kernels.json beside itself.
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(0)
cases = []


def tensor(*shape, scale=1.0, shift=0.0):
    """Random numbers that float32 and four decimals hold alike."""
    return (torch.randn(shape, dtype=torch.float64) * scale + shift).mul(16).round().div(16)


def number(v):
    short = float(f"{v:.7g}")
    return int(short) if short == int(short) else short


def stored(t):
    return {"shape": list(t.shape), "values": [number(v) for v in t.detach().reshape(-1).tolist()]}


def direction(like, number):
    """Numbers between -1 and 1 that the test makes too."""
    return torch.cos(3 * torch.arange(like.numel(), dtype=torch.float64) + number).reshape(like.shape)


def second_order(leaves, results, dy):
    """Of phi, the gradients of sum(dy * y) along directions: along others, its gradients by the inputs and by dy, and their norms."""
    inputs = {key: leaf for key, leaf in leaves.items() if leaf.requires_grad}
    dy = [g.requires_grad_() for g in dy if g is not None]
    total = sum((g * y).sum() for g, y in zip(dy, results))
    first = torch.autograd.grad(total, list(inputs.values()), create_graph=True)
    phi = sum((direction(g, k) * g).sum() for k, g in enumerate(first))
    named = inputs | {"dy": dy[0]}
    gradients = torch.autograd.grad(phi, list(named.values()), allow_unused=True)
    return {
        key: [number(v.item()) for v in ((direction(g, -1 - k) * g).sum(), g.norm())] if g is not None else [0, 0]
        for k, (key, g) in enumerate(zip(named, gradients))
    }


def case(name, operation, inputs, outputs, attributes=None, constants=()):
    """Runs `outputs` on `inputs`; stores the results and the gradients of sum(dy * y) over those that are differentiable."""
    leaves = {key: value.clone().requires_grad_(key not in constants) for key, value in inputs.items()}
    results = outputs(**leaves)
    dy = [tensor(*y.shape) if y.requires_grad else None for y in results]
    sum((g * y).sum() for g, y in zip(dy, results) if g is not None).backward(retain_graph=True)
    cases.append({
        "name": name,
        "operation": operation,
        "attributes": attributes or {},
        "inputs": {key: stored(value) for key, value in inputs.items()},
        "outputs": [stored(y) for y in results],
        "dy": [None if g is None else stored(g) for g in dy],
        "gradients": {key: stored(leaf.grad) for key, leaf in leaves.items() if leaf.requires_grad},
        "second": second_order(leaves, results, dy),
    })


def images(x):
    return x.permute(0, 3, 1, 2)


def back(x):
    return x.permute(0, 2, 3, 1)


def filters(w):
    return w.permute(3, 2, 0, 1)


# ---- convolution, padding (k - 1) / 2
for size, k, stride, cin, cout in [
    ((5, 6), 3, 1, 3, 4), ((5, 6), 3, 2, 3, 4), ((7, 4), 3, 2, 4, 3), ((5, 6), 1, 1, 3, 4), ((5, 6), 1, 2, 3, 4),
    ((4, 3), 3, 2, 16, 16), ((3, 3), 3, 1, 16, 16), ((3, 4), 1, 1, 16, 16), ((7, 6), 5, 2, 2, 3),
]:
    case(
        f"conv2d {k}x{k} stride {stride}, {size[0]}x{size[1]}, {cin} to {cout} channels", "conv2d",
        {"x": tensor(2, *size, cin), "filter": tensor(k, k, cin, cout)},
        lambda x, filter: [back(F.conv2d(images(x), filters(filter), stride=stride, padding=(k - 1) // 2))],
        {"stride": stride},
    )


# ---- TensorFlow's own paddings, in which the gradient kernels must agree too
def same(x, k, stride):
    """TensorFlow's SAME: zeros so that every pixel that is a multiple of the stride has a window, the odd one at the end."""
    pads = []
    for size in reversed(x.shape[2:]):
        total = max((-(-size // stride) - 1) * stride + k - size, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


for size, k, stride, padding in [((5, 6), 3, 2, "same"), ((6, 6), 3, 2, "valid"), ((5, 4), 2, 1, "same"), ((7, 7), 3, 3, "valid")]:
    case(
        f"tf.conv2d {k}x{k} stride {stride} {padding}, {size[0]}x{size[1]}", "tf.conv2d",
        {"x": tensor(2, *size, 3), "filter": tensor(k, k, 3, 2)},
        lambda x, filter: [back(F.conv2d(same(images(x), k, stride) if padding == "same" else images(x), filters(filter), stride=stride))],
        {"stride": stride, "padding": padding},
    )

for size, k, stride, multiplier in [((5, 6), 3, 1, 1), ((5, 6), 3, 2, 1), ((5, 5), 3, 2, 2), ((6, 6), 5, 1, 2)]:
    case(
        f"tf.depthwiseConv2d {k}x{k} stride {stride} multiplier {multiplier}, {size[0]}x{size[1]}", "tf.depthwiseConv2d",
        {"x": tensor(2, *size, 3), "filter": tensor(k, k, 3, multiplier)},
        lambda x, filter: [back(F.conv2d(
            same(images(x), k, stride), filter.permute(2, 3, 0, 1).reshape(3 * multiplier, 1, k, k), stride=stride, groups=3))],
        {"stride": stride},
    )

# ---- pooling
for size in [(5, 6), (4, 4)]:
    case(f"averagePool3x3, {size[0]}x{size[1]}", "averagePool3x3", {"x": tensor(2, *size, 3)},
         lambda x: [back(F.avg_pool2d(images(x), 3, 1, 1, count_include_pad=False))])
    case(f"averagePool2x2, {size[0]}x{size[1]}", "averagePool2x2", {"x": tensor(2, *size, 3)},
         lambda x: [back(F.avg_pool2d(images(x), 2, 2))])
case("averagePool2x2, 5x7", "averagePool2x2", {"x": tensor(1, 5, 7, 2)}, lambda x: [back(F.avg_pool2d(images(x), 2, 2))])
case("tf.avgPool 3x3 stride 2 same, 5x7", "tf.avgPool", {"x": tensor(2, 5, 7, 2)},
     lambda x: [back(F.avg_pool2d(images(x), 3, 2, 1, count_include_pad=False))], {"size": 3, "stride": 2, "padding": "same"})
case("globalAveragePool", "globalAveragePool", {"x": tensor(2, 3, 5, 4)}, lambda x: [x.mean((1, 2))])

# ---- batch norm
for name, x in [("3 channels", tensor(4, 3, 5, 3)), ("16 channels", tensor(2, 3, 2, 16)), ("a mean of 8 deviations", tensor(3, 4, 3, 2, shift=8))]:
    channels = x.shape[3]

    def normalised(x, scale, offset):
        mean, variance = torch.zeros(channels, dtype=x.dtype), torch.ones(channels, dtype=x.dtype)
        y = F.batch_norm(images(x), mean, variance, scale, offset, training=True, momentum=1.0, eps=1e-5)
        return [back(y), mean, variance]

    case(f"batchNorm, {name}", "batchNorm", {"x": x, "scale": tensor(channels, shift=1), "offset": tensor(channels)}, normalised)
case("normalise", "normalise",
     {"x": tensor(2, 3, 4, 3), "mean": tensor(3), "variance": tensor(3).square() + 0.5, "scale": tensor(3), "offset": tensor(3)},
     lambda x, mean, variance, scale, offset: [(x - mean) / (variance + 1e-5).sqrt() * scale + offset])

# ---- the rest
case("relu, with zeros", "relu", {"x": torch.cat([tensor(2, 2, 2, 3), torch.zeros(2, 1, 2, 3, dtype=torch.float64)], 1)}, lambda x: [x.relu()])
case("scaleBy, 3 channels", "scaleBy", {"x": tensor(2, 3, 4, 3), "scalar": tensor()}, lambda x, scalar: [x * scalar])
case("scaleBy, 16 channels", "scaleBy", {"x": tensor(2, 2, 3, 16), "scalar": tensor()}, lambda x, scalar: [x * scalar])
case("spread", "spread", {"scalar": tensor()}, lambda scalar: [scalar.expand(5) * 1], {"count": 5})
case("linear", "linear", {"x": tensor(3, 4), "weights": tensor(4, 5), "bias": tensor(5)}, lambda x, weights, bias: [x @ weights + bias])
one_hot = F.one_hot(torch.tensor([2, 0, 4]), 5).double()
case("crossEntropy", "crossEntropy", {"logits": tensor(3, 5), "oneHot": one_hot},
     lambda logits, oneHot: [F.cross_entropy(logits, oneHot)], constants=["oneHot"])
case("crossEntropy, large logits, soft labels", "crossEntropy",
     {"logits": tensor(3, 5, scale=100), "oneHot": one_hot * 0.75 + 0.05},
     lambda logits, oneHot: [F.cross_entropy(logits, oneHot)], constants=["oneHot"])

# ---- depthwise and separable convolution, padding dilation * (k - 1) / 2
def batch(channels):
    """One image where it is large enough."""
    return 1 if channels >= 16 else 2


def depthwise(x, filter, stride, dilation):
    k, _, channels, _ = filter.shape
    return F.conv2d(x, filter.permute(2, 3, 0, 1), stride=stride, padding=dilation * (k - 1) // 2, dilation=dilation, groups=channels)


for size, k, stride, dilation, channels in [
    ((5, 6), 3, 1, 1, 3), ((5, 6), 3, 2, 1, 3), ((6, 4), 5, 1, 1, 4), ((7, 8), 5, 2, 1, 1), ((7, 5), 3, 1, 2, 3), ((6, 7), 3, 2, 2, 4),
    ((9, 6), 5, 1, 2, 2), ((8, 9), 5, 2, 2, 3), ((8, 5), 7, 1, 1, 2), ((8, 9), 7, 2, 1, 2), ((2, 1), 5, 1, 2, 3), ((1, 1), 3, 2, 1, 3),
    ((4, 4), 3, 1, 1, 16), ((4, 4), 3, 2, 1, 16), ((5, 4), 5, 1, 1, 20), ((4, 5), 5, 2, 2, 36), ((3, 4), 3, 1, 2, 24),
    ((5, 6), 9, 1, 1, 1), ((6, 5), 9, 2, 1, 2), ((5, 7), 9, 1, 2, 2), ((7, 6), 9, 2, 2, 1),
]:
    case(
        f"depthwiseConv2d {k}x{k} stride {stride} dilation {dilation}, {size[0]}x{size[1]}, {channels} channels", "depthwiseConv2d",
        {"x": tensor(batch(channels), *size, channels), "filter": tensor(k, k, channels, 1)},
        lambda x, filter: [back(depthwise(images(x), filter, stride, dilation))],
        {"stride": stride, "dilation": dilation},
    )

for size, k, stride, dilation, cin, cout in [
    ((5, 6), 3, 1, 1, 3, 4), ((6, 5), 5, 2, 1, 4, 3), ((7, 6), 3, 1, 2, 4, 4), ((6, 6), 5, 2, 2, 2, 5), ((4, 4), 3, 1, 1, 16, 16),
    ((4, 6), 3, 2, 1, 16, 16), ((5, 4), 5, 1, 2, 20, 20),
]:
    x, filters_ = tensor(batch(cin), *size, cin), {"depthwise": tensor(k, k, cin, 1), "pointwise": tensor(1, 1, cin, cout)}
    about, attributes = f"{k}x{k} stride {stride} dilation {dilation}, {size[0]}x{size[1]}, {cin} to {cout} channels", {"stride": stride, "dilation": dilation}

    def separable(active, depthwise_, pointwise):
        return F.conv2d(depthwise(active, depthwise_, stride, dilation), filters(pointwise))

    case(f"reluSeparable {about}", "reluSeparable", {"x": x, **filters_},
         lambda x, depthwise, pointwise: [back(separable(images(x).relu(), depthwise, pointwise))], attributes)

    def normalised(x, scale, offset, depthwise, pointwise):
        mean, variance = torch.zeros(cin, dtype=x.dtype), torch.ones(cin, dtype=x.dtype)
        y = F.batch_norm(images(x), mean, variance, scale, offset, training=True, momentum=1.0, eps=1e-5)
        return [back(separable(y.relu(), depthwise, pointwise)), mean, variance]

    case(f"normReluSeparable {about}", "normReluSeparable",
         {"x": x, "scale": tensor(cin, shift=1), "offset": tensor(cin), **filters_}, normalised, attributes)

# ---- pooling of maxima, and at stride 2
for size, stride, channels in [((5, 6), 1, 3), ((5, 6), 2, 3), ((4, 7), 2, 4), ((4, 4), 1, 16), ((6, 5), 2, 20), ((1, 2), 2, 3), ((6, 6), 2, 16)]:
    about = f"stride {stride}, {size[0]}x{size[1]}, {channels} channels"
    # small numbers have many equal maxima, of which the first has the gradient
    for name, x in [("", tensor(batch(channels), *size, channels)), (", ties", tensor(batch(channels), *size, channels, scale=0.1))]:
        case(f"maxPool3x3 {about}{name}", "maxPool3x3", {"x": x}, lambda x: [back(F.max_pool2d(images(x), 3, stride, 1))], {"stride": stride})
    if stride == 2:
        case(f"averagePool3x3 {about}", "averagePool3x3", {"x": x},
             lambda x: [back(F.avg_pool2d(images(x), 3, 2, 1, count_include_pad=False))], {"stride": 2})
for size, channels in [((4, 6), 3), ((5, 7), 4), ((4, 4), 16)]:
    case(f"maxPool2x2, {size[0]}x{size[1]}, {channels} channels", "maxPool2x2", {"x": tensor(batch(channels), *size, channels, scale=0.2)},
         lambda x: [back(F.max_pool2d(images(x), 2, 2))])

# ---- DARTS's reduction
for size, cin, couts in [((4, 6), 3, (2, 2)), ((2, 4), 16, (8, 8)), ((6, 4), 5, (3, 2))]:
    case(f"factorizedReduction, {size[0]}x{size[1]}, {cin} to {sum(couts)} channels", "factorizedReduction",
         {"x": tensor(2, *size, cin), "first": tensor(1, 1, cin, couts[0]), "second": tensor(1, 1, cin, couts[1])},
         lambda x, first, second: [back(torch.cat([F.conv2d(images(x), filters(first), stride=2),
                                                   F.conv2d(images(x)[:, :, 1:, 1:], filters(second), stride=2)], 1))])

# ---- what is used in second derivatives alone
case("relu6", "relu6", {"x": tensor(2, 3, 4, 3, scale=5)}, lambda x: [F.relu6(x)])
for channels in [3, 16]:
    def mixed(first, second, plain, weights):
        normalised = [F.batch_norm(images(x), None, None, training=True, eps=1e-5) for x in (first, second)]
        return [back(weights[0] * normalised[0] + weights[1] * normalised[1] + weights[2] * images(plain))]

    case(f"mixture, {channels} channels", "mixture",
         {**{key: tensor(3, 4, 2, channels) for key in ["first", "second", "plain"]}, "weights": tensor(3)}, mixed)

pathlib.Path(__file__).with_suffix(".json").write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
