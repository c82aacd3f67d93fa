"""Writes nasbench201-order.bin and nasbench201-accuracies.bin.gz.     python make_nasbench201.py nasbench201.csv

The table has the columns index, arch, n_seeds and, for c10, c100 and in16, the accuracies valid and test after 200 and 12 epochs, in
percent to four decimals. Nothing is rounded: accuracies are kept as whole ten-thousandths.
"""

import array
import csv
import gzip
import re
import sys
from pathlib import Path

OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
COLUMNS = [f"{data}_{split}_{epochs}" for epochs in (200, 12) for data in ("c10", "c100", "in16") for split in ("valid", "test")]

rows = list(csv.DictReader(open(sys.argv[1])))
assert [int(row["index"]) for row in rows] == list(range(15625)) and sys.byteorder == "little"


def code(string):
    """The operations on the six edges as one number to the base 5, the first edge first."""
    number = 0
    for operation in re.findall(r"([a-z_0-9]+)~\d", string):
        number = 5 * number + OPERATIONS.index(operation)
    return number


folder = Path(__file__).parent
(folder / "nasbench201-order.bin").write_bytes(array.array("H", [code(row["arch"]) for row in rows]).tobytes())
accuracies = array.array("i", [round(float(row[column]) * 10_000) for column in COLUMNS for row in rows])
(folder / "nasbench201-accuracies.bin.gz").write_bytes(gzip.compress(accuracies.tobytes(), 9, mtime=0))
