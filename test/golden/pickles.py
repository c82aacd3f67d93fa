"""Writes pickles.json: small files in the format of the downsampled ImageNet, and pickles that must not be read.

Run with Python 3.8 or newer and NumPy: python test/golden/pickles.py
Made with Python 3.11.7 and NumPy 2.4.6."""

import base64
import collections
import json
import os
import pathlib
import pickle
import struct

import numpy as np


def pixel(image, y, x, channel):
    return (7 * image + 31 * y + 3 * x + 101 * channel) % 256


def batch(first, labels):
    """A batch as image2numpy_imagenet_train.py of the data set's authors writes it."""
    planes = [
        [pixel(first + i, y, x, c) for c in range(3) for y in range(16) for x in range(16)] for i in range(len(labels))
    ]
    data = np.array(planes, dtype=np.uint8).reshape(len(labels), 768)
    return {"data": data, "labels": list(labels), "mean": data.mean(axis=0)}


class Call:
    """Asks the reader to call a function."""

    def __init__(self, function, *args):
        self.call = (function, args)

    def __reduce__(self):
        return self.call


class Thing:
    """Has a state of its own."""

    def __init__(self):
        self.x = 1


LABELS = [120, 121, 1]
good = {f"protocol {protocol}": pickle.dumps(batch(0, LABELS), protocol) for protocol in (2, 3, 4, 5)}
good["NumPy 1"] = good["protocol 3"].replace(b"numpy._core.", b"numpy.core.")
good["values"] = pickle.dumps([None, True, False, 0, 255, 65535, -1, 2**31, -(2**40), 0.5, "é", b"\x00\xff", (), (1,), {"a": [(1, 2, 3)]}], 3)

containers = {
    "ordered": collections.OrderedDict([("a", 1), (("b", 7), [2])]),
    "set": {5},
    3: collections.OrderedDict(),
    "numbers": [np.float64(0.129306), np.float32(0.5), np.int64(-7), np.int32(8)],
}
for protocol in (2, 4):
    good[f"containers, protocol {protocol}"] = pickle.dumps(containers, protocol)

three = pickle.dumps({key: batch(0, LABELS)[key] for key in ("data", "labels")}, 3)
# numpy's state is (1, (3, 768), dtype, False, bytes): the shape is K 3, M 768, TUPLE2.
shape = b"K\x03M\x00\x03\x86"
assert three.count(shape) == 1
raw = b"B" + struct.pack("<I", 3 * 768)
assert three.count(raw) == 1
bad = {
    "os.system": pickle.dumps(Call(os.system, "touch /nowhere/naslab"), 2),
    "os.system, protocol 4": pickle.dumps(Call(os.system, "touch /nowhere/naslab"), 4),
    "eval beside the data": pickle.dumps({**batch(0, [1]), "more": Call(eval, "1 + 1")}, 3),
    "getattr": pickle.dumps(Call(getattr, "x", "upper"), 3),
    "another codec": pickle.dumps(Call(__import__("_codecs").encode, "x", "rot13"), 3),
    "a class of its own": pickle.dumps(Thing(), 2),
    "an old class": b"(i__main__\nThing\n.",
    "an object by its class": b"\x80\x02cbuiltins\nobject\n)\x81.",
    "an extension": b"\x80\x02\x82\x01.",
    "a persistent id": b"\x80\x02U\x01xQ.",
    "an array of objects": pickle.dumps(np.array([1, "a"], dtype=object), 3),
    "an array of records": pickle.dumps(np.zeros(2, dtype=[("a", "u1")]), 3),
    "an array of dates": pickle.dumps(np.zeros(2, dtype="datetime64[s]"), 3),
    "big-endian numbers": pickle.dumps(np.zeros(2, dtype=">i4"), 3),
    "Fortran order": pickle.dumps(np.asfortranarray(np.zeros((2, 2), dtype=np.uint8)), 3),
    "an array of 2**40 bytes": three.replace(shape, b"K\x03\x8a\x06" + (2**40).to_bytes(6, "little") + b"\x86"),
    "bytes of 4 GiB": three.replace(raw, b"B\xff\xff\xff\xff"),
    "bytes of 2**60": b"\x80\x04\x8e" + struct.pack("<Q", 2**60) + b"x.",
    "a string of 2**60": b"\x80\x04\x8d" + struct.pack("<Q", 2**60) + b"x.",
    "a number of 2**31 bytes": b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b".",
    "a number of 200 bytes": pickle.dumps(2**1590, 2),
    "protocol 0": pickle.dumps({"data": 1}, 0),
    "cut off": three[:-1],
    "cut off in the pixels": three[: len(three) // 2],
    "nothing": b"",
    "no pickle": b"\x89PNG\r\n\x1a\n",
    "an empty stack": b"\x80\x02.",
    "no mark": b"\x80\x02e.",
    "a mark": b"\x80\x02(.",
    "an unknown reference": b"\x80\x02h\x07.",
    "entries of a list": b"\x80\x02]K\x01K\x02s.",
    "half an entry": b"\x80\x02}(K\x01u.",
    "a key that is None": pickle.dumps({None: 2}, 2),
    "a call of a number": b"\x80\x02K\x01)R.",
    "a state of a list": b"\x80\x02])b.",
}
# Well formed, but no batch.
other = {
    "a list": pickle.dumps([1, 2], 3),
    "no labels": pickle.dumps({"data": batch(0, [1])["data"]}, 3),
    "images of 32×32": pickle.dumps({"data": np.zeros((1, 3072), dtype=np.uint8), "labels": [1]}, 3),
    "numbers of eight bytes": pickle.dumps({"data": np.zeros((1, 768)), "labels": [1]}, 3),
    "label 0": pickle.dumps(batch(0, [1, 0]), 3),
    "label 1001": pickle.dumps(batch(0, [1, 2, 1001]), 3),
    "a label that is a word": pickle.dumps(batch(0, ["cat"]), 3),
    "fewer labels": pickle.dumps({**batch(0, [1, 2]), "labels": [1]}, 3),
}
files = {
    kind: {name: base64.b64encode(data).decode() for name, data in cases.items()}
    for kind, cases in {"good": good, "bad": bad, "other": other}.items()
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(files, indent=1, ensure_ascii=False) + "\n")
