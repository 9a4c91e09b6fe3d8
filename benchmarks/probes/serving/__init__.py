"""`python -m benchmarks probe serving [NAME-OR-RUN]`: measures `zoo serve` with a model of g2p.

Starts the service in a process of its own and asks it for the words of the test split: one at a
time, and by 16 and 64 clients that each wait for their answer, greedily and by a beam of 4. Every
size of batch is compiled before. Then 10,000 requests, while the memory of the service is read;
and clients that break the rules, after each of which the service must still answer. The clients
share the CPU with the service. Writes results/serving.csv and
results/serving_robustness.csv.
"""

import asyncio
import pathlib
import random
import subprocess
import sys

import numpy as np
import pandas as pd

from benchmarks import provenance
from benchmarks.probes.serving.broken_clients import all_of, broken_clients
from benchmarks.probes.serving.client import BEAMS, compile_all, load
from benchmarks.suite import REPOSITORY
from zoo.data.task import create_task
from zoo.errors import ZooError
from zoo.files import write_text
from zoo.serving.service import allow_many_files

CLIENTS = {1: 500, 16: 4000, 64: 8000}  # clients: requests that they send together
MANY, STEPS = 10_000, 4  # requests while memory is read, and how often it is


def resident(pid):
    """MiB of memory that a process holds."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 2**10


def speeds(port, words):
    """Yields one row per number of clients and search."""
    for beam in BEAMS:
        alone = None
        for clients, requests in CLIENTS.items():
            seconds, total = asyncio.run(load(port, clients, requests, words, beam))
            rate = requests / total
            alone = alone or rate
            p50, p99 = np.percentile(1000 * seconds, [50, 99])
            yield {
                "beam": beam,
                "clients": clients,
                "requests": requests,
                "requests_per_second": rate,
                "times_one_client": rate / alone,
                "p50_ms": p50,
                "p99_ms": p99,
            }
            print(
                f"beam {beam}, {clients} clients: {rate:.0f} requests per second, "
                f"p50 {p50:.1f} ms, p99 {p99:.1f} ms",
                flush=True,
            )


def memory_growth(port, pid, words):
    """MiB that the service holds before and after each part of `MANY` requests."""
    held = [resident(pid)]
    for _ in range(STEPS):
        asyncio.run(load(port, 16, MANY // STEPS, words, 1))
        held.append(resident(pid))
    return held


def write(name, rows, label):
    """Writes a table with where it comes from."""
    where = {
        "model": label,
        "commit": provenance.commit(),
        "processor": provenance.processor(),
    }
    path = REPOSITORY / "results" / f"{name}.csv"
    table = pd.DataFrame([row | where for row in rows])
    write_text(path, table.to_csv(index=False, float_format="%.4g"))
    print(path)


def main(names):
    """Starts the service with one model, measures, and ends it."""
    name = names[0] if names else "transformer_mini-g2p"
    allow_many_files()
    words = [example.source for example in create_task("g2p").examples("test")]
    random.Random(0).shuffle(words)
    process = subprocess.Popen(
        [sys.executable, "-m", "zoo", "serve", name, "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        label, _, address = (
            process.stdout.readline().removesuffix(" (Ctrl-C ends)\n").partition(" at ")
        )
        if not address:
            raise ZooError("the service did not start")
        port = int(address.rpartition(":")[2])
        asyncio.run(compile_all(port, words))
        rows = list(speeds(port, words))
        held = memory_growth(port, process.pid, words)
        robust = [
            {
                "what": f"{MANY:,} requests",
                "result": "memory in MiB: " + " ".join(f"{value:.0f}" for value in held),
            }
        ]
        print(robust[0], flush=True)
        robust += asyncio.run(all_of(broken_clients(port, words)))
        asyncio.run(load(port, 1, 100, words, 1))  # it still answers
    finally:
        process.terminate()
        status = process.wait(60)
    robust.append({"what": "SIGTERM", "result": f"exit status {status}"})
    write("serving", rows, label)
    write("serving_robustness", robust, label)
