"""Jupyter's own tests of a kernel, with samples in our language: python conformance.py FOLDER (the cells' working folder)."""

import os
import sys
import unittest

from jupyter_kernel_test import IopubWelcomeTests, KernelTests

os.chdir(sys.argv.pop(1))


class NaslabTests(KernelTests):
    kernel_name = "naslab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oh no")'
    completion_samples = [
        {"text": "Math.sq", "matches": {"sqrt", "SQRT1_2", "SQRT2"}},
        {"text": "process.stdou", "matches": {"stdout"}},
    ]
    complete_code_samples = ["1 + 1", "const a = [1, 2];", "await Promise.resolve(1)", "f(x => {\n  x++;\n})"]
    incomplete_code_samples = ["if (true) {", "Math.max(1,", "const text = `a", "function f(n: number) {\n  return n"]
    invalid_code_samples = ["const 1 = 2", "a b c", "}"]
    code_generate_error = 'throw new RangeError("no")'
    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": "[1, 2].map((n) => n * 2)", "result": "[ 2, 4 ]"},
        {"code": '[{ a: 1 }]', "mime": "text/markdown", "result": "| a |\n| ---: |\n| 1 |"},
    ]
    code_display_data = [
        {"code": "show(7)", "mime": "text/plain"},
        {"code": 'import { display } from "tslab"; display.html("<b>bold</b>")', "mime": "text/html"},
    ]
    code_history_pattern = "1?+*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.sqrt"
    code_clear_output = "clearOutput()"


class NaslabWelcomeTests(IopubWelcomeTests):
    kernel_name = "naslab"
    support_iopub_welcome = True


del KernelTests, IopubWelcomeTests  # the samples of Python's kernel are not ours to run

if __name__ == "__main__":
    unittest.main(verbosity=2)
