# Makes nasbench-macro-accuracies.bin.gz of NAS-Bench-Macro's own file: python make_nasbench_macro.py nas-bench-macro_cifar10.json
import gzip
import itertools
import json
import struct
import sys

table = json.load(open(sys.argv[1]))
rows = [table["".join(digits)]["test_acc"] for digits in itertools.product("012", repeat=8)]
images = [[round(100 * accuracy) for accuracy in row] for row in rows]  # of 10,000
assert all(len(row) == 3 for row in rows)
assert max(abs(n / 100 - a) for ns, row in zip(images, rows) for n, a in zip(ns, row)) < 1e-5  # single precision
columns = [n for seed in range(3) for n in (row[seed] for row in images)]
open("nasbench-macro-accuracies.bin.gz", "wb").write(gzip.compress(struct.pack(f"<{len(columns)}H", *columns), 9, mtime=0))
