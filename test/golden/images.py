"""Writes images.json: what PIL and torchvision make of an image, for the tests of the folder of images.

Run with pillow, torch and torchvision: python test/golden/images.py
Made with pillow 13.0.0, torch 2.13.0 and torchvision 0.28.0."""

import base64
import io
import json
import math
import pathlib

import numpy as np
import torch
from PIL import Image
from torchvision import transforms
from torchvision.transforms import functional as F

HEIGHT, WIDTH, SIZE = 45, 61, 16


def picture():
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [127 + 60 * np.sin(x / (2 + c) + c) * np.cos(y / (5 - c)) + 50 * ((x // 7 + y // 5 + c) % 2) for c in range(3)]
    return Image.fromarray(np.clip(np.stack(planes, axis=-1), 0, 255).astype(np.uint8))


def ramp():
    """Small and smooth, for an enlargement."""
    y, x = np.mgrid[0:11, 0:13]
    return Image.fromarray(np.stack([10 * x + 60, 12 * y + 40, 8 * x + 8 * y], axis=-1).astype(np.uint8))


def encoded(image, **options):
    file = io.BytesIO()
    image.save(file, **options)
    return base64.b64encode(file.getvalue()).decode()


def pixels(image):
    return base64.b64encode(np.asarray(image, dtype=np.uint8).tobytes()).decode()


def centre(image):
    return transforms.CenterCrop(SIZE)(transforms.Resize(round(SIZE * 256 / 224))(image))


def boxes(height, width, draws):
    """Mean and standard deviation of top, left, height and width of RandomResizedCrop's boxes."""
    image = torch.empty(3, height, width)
    drawn = [transforms.RandomResizedCrop.get_params(image, (0.08, 1), (3 / 4, 4 / 3)) for _ in range(draws)]
    values = np.array(drawn, dtype=float)
    return {"mean": values.mean(axis=0).tolist(), "std": values.std(axis=0).tolist()}


torch.manual_seed(0)
image = picture()
tall = image.transpose(Image.Transpose.ROTATE_90)
cases = [
    {"name": name, "file": encoded(picture, format="PNG"), "centre": pixels(centre(picture))}
    for name, picture in {"wide": image, "tall": tall, "small": ramp()}.items()
]
kinds = {
    "grey": image.convert("L"),
    "palette": image.quantize(32),
    "alpha": Image.merge("RGBA", [*image.split(), Image.linear_gradient("L").resize(image.size).point(lambda a: a if a > 99 else 0)]),
}
cases += [
    {"name": name, "file": encoded(kind, format="PNG"), "centre": pixels(centre(kind.convert("RGB")))}
    for name, kind in kinds.items()
]
crops = [
    {"box": box, "pixels": pixels(F.resized_crop(image, *box, [SIZE, SIZE]))}
    for box in ([0, 0, HEIGHT, WIDTH], [3, 10, 40, 37], [20, 20, 9, 12], [7, 5, 16, 16])
]
jpeg = {
    "rgb": encoded(image, format="JPEG", quality=95),
    "cmyk": encoded(image.convert("CMYK"), format="JPEG", quality=95),
    "grey": encoded(image.convert("L"), format="JPEG", quality=95),
}
decoded = {name: pixels(centre(Image.open(io.BytesIO(base64.b64decode(file))).convert("RGB"))) for name, file in jpeg.items()}
cases += [{"name": f"JPEG, {name}", "file": jpeg[name], "centre": decoded[name]} for name in jpeg]
random = [{"height": h, "width": w, "draws": 40_000, **boxes(h, w, 40_000)} for h, w in ((375, 500), (300, 120), (9, 7))]
fixed = [{"height": h, "width": w, "box": list(transforms.RandomResizedCrop.get_params(torch.empty(3, h, w), (0.08, 1), (3 / 4, 4 / 3)))} for h, w in ((10, 1000), (1000, 10), (1, 1))]
gif = encoded(image, format="GIF")
result = {"size": SIZE, "wide": cases[0]["file"], "cases": cases, "crops": crops, "random": random, "fixed": fixed, "gif": gif}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
assert math.isclose(sum(len(c["centre"]) for c in cases) / len(cases), 4 * SIZE * SIZE)
