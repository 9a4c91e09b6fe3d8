"""The speed of this machine, by which the times of other machines' rows are scaled.

`python -m benchmarks.speed` prints it for one process.
"""

import os
import subprocess
import sys
import time

import numpy as np

from benchmarks.suite import REPOSITORY

SECONDS = 0.5
SHAPE = (256, 256, 1024)  # as of a small model's layer: rows, inputs, units


def gflops(threads, processes=1):
    """Billions of float32 operations per second in matrix products.

    Args:
        threads: int, of each process.
        processes: int, how many compute at the same time, since they slow each other down.

    Returns:
        The mean speed of a process, a float.
    """
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.speed"],
            stdout=subprocess.PIPE,
            env=os.environ | dict.fromkeys(names, str(threads)),
            cwd=REPOSITORY,
        )
        for _ in range(processes)
    ]
    return sum(float(process.communicate()[0]) for process in running) / processes


def measure():
    """The speed of this process, in GFLOP/s."""
    rows, inputs, units = SHAPE
    a, b = np.ones((rows, inputs), "float32"), np.ones((inputs, units), "float32")
    a @ b
    products, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < SECONDS:
        a @ b
        products += 1
    return 2 * rows * inputs * units * products / elapsed / 1e9


if __name__ == "__main__":
    print(measure())
