"""The child's end of bench/frame/side.ts in Python: answers questions, one a line, with one line of JSON each.

"step N" runs N steps and answers {"seconds": [...]}, other questions as their handlers do; "about" names the versions; what is not as it must be is answered by {"error": ...}.
Every answer has the process's largest resident set so far, "peakBytes".
"""

import json
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")


def answer(**fields):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({**fields, "peakBytes": peak}), flush=True)


def refuse(message):
    answer(error=message)
    sys.exit(2)


try:
    import torch
except ImportError as error:
    refuse(f"{sys.executable} has no PyTorch ({error}); name a Python that has it by --python")


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def serve(make_step):
    """@param make_step makes the function that takes one step; called when the first step is asked for."""
    steps = []

    def take(times):
        if not steps:
            steps.append(make_step())
        return {"seconds": [seconds(steps[0]) for _ in range(times)]}

    answering({"step": take})


def answering(handlers):
    """@param handlers by question: a function of the numbers behind it that gives the fields of the answer."""
    for line in sys.stdin:
        question, *numbers = line.split()
        if question == "about":
            answer(versions={"pytorch": torch.__version__}, threads=torch.get_num_threads())
        else:
            answer(**handlers[question](*map(int, numbers)))
