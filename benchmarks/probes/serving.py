"""`python -m benchmarks.probes.serving [NAME-OR-RUN]`: measures `zoo serve` with a model of g2p.

Starts the service in a process of its own and asks it for the words of the test split: one at a
time, and by 16 and 64 clients that each wait for their answer, greedily and by a beam of 4. Every
size of batch is compiled before. Then 10,000 requests, while the memory of the service is read;
and clients that break the rules, after each of which the service must still answer. The clients
share the processor with the service. Writes results/serving.csv and
results/serving_robustness.csv.
"""

import argparse
import asyncio
import itertools
import json
import pathlib
import random
import subprocess
import sys
import time

import numpy as np
import pandas as pd

from benchmarks import provenance
from benchmarks.suite import REPOSITORY
from zoo.data.task import create_task
from zoo.errors import ZooError
from zoo.files import write_text
from zoo.serving.limits import BATCH_SIZES
from zoo.serving.service import allow_many_files

CLIENTS = {1: 500, 16: 4000, 64: 8000}  # clients: requests that they send together
BEAMS = (1, 4)
MANY, STEPS = 10_000, 4  # requests while memory is read, and how often it is
LARGE = 10_000_000  # bytes of a body
CONNECTIONS = 1000
HANGING_UP = 100


class Connection:
    """One connection of a client that sends requests one after the other."""

    def __init__(self, port):
        self.port = port

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *exception):
        self.writer.close()

    def send(self, body, length=None):
        """Writes a request for outputs with a body of bytes, and the length that it announces."""
        head = (
            f"POST /api/generate HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length or len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)

    async def receive(self):
        """Status and body of the answer."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = head.decode().lower().split("\r\n")
        [length] = [int(line.split(":")[1]) for line in lines if line.startswith("content-length:")]
        return int(lines[0].split()[1]), await self.reader.readexactly(length)

    async def ask(self, texts, beam=1):
        """Status of a request for outputs of texts."""
        self.send(json.dumps({"texts": texts, "beam": beam}).encode())
        return (await self.receive())[0]


def check(status):
    if status != 200:
        raise ZooError(f"the service answered {status} to a good request")


async def load(port, clients, requests, words, beam):
    """Seconds from sending to the answer of each request, and of all together."""
    todo, seconds = itertools.islice(itertools.cycle(words), requests), []

    async def client():
        async with Connection(port) as connection:
            for word in todo:
                started = time.perf_counter()
                check(await connection.ask([word], beam))
                seconds.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return np.array(seconds), time.perf_counter() - started


async def compile_all(port, words):
    """Asks once for every size of batch, with short and with long words."""
    by_length = sorted(words, key=len)
    async with Connection(port) as connection:
        for beam, size in itertools.product(BEAMS, BATCH_SIZES):
            check(await connection.ask(by_length[:size], beam))
            check(await connection.ask(by_length[-size:], beam))


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


async def broken_clients(port, words):
    """Yields what a client does, and what came of it."""

    async def status_of(body):
        async with Connection(port) as connection:
            connection.send(body)
            status, answer = await connection.receive()
            return f"{status}: {json.loads(answer)['detail']}"

    yield f"body of {LARGE:,} bytes", await status_of(b"x" * LARGE)
    yield "invalid UTF-8", await status_of(b'{"texts": ["\xff"]}')
    good = json.dumps({"texts": words[:8]}).encode()
    yield f"{HANGING_UP} clients hang up", await hang_up(port, good)
    yield f"{HANGING_UP} clients hang up within a request", await hang_up(port, good, 1000)
    yield f"{CONNECTIONS:,} connections at once", await crowd(port, words)


async def hang_up(port, body, length=None):
    """Sends a request many times and leaves before the answer; then when the queue is empty."""
    for _ in range(HANGING_UP):
        async with Connection(port) as connection:
            connection.send(body, length)
            await connection.writer.drain()
    started = time.perf_counter()
    while await waiting(port):
        await asyncio.sleep(0.01)
    return f"the queue is empty after {time.perf_counter() - started:.1f} seconds"


async def waiting(port):
    """How many texts wait, by /health."""
    async with Connection(port) as connection:
        connection.writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return json.loads((await connection.receive())[1])["waiting"]


async def crowd(port, words):
    """Opens all connections before the first request; counts the statuses of the answers."""
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    for connection in connections:
        await connection.__aenter__()
    started = time.perf_counter()
    statuses = await asyncio.gather(
        *(connection.ask([word]) for connection, word in zip(connections, itertools.cycle(words)))
    )
    seconds = time.perf_counter() - started
    for connection in connections:
        await connection.__aexit__()
    counts = ", ".join(f"{statuses.count(s)} with {s}" for s in sorted(set(statuses)))
    return f"{counts} in {seconds:.1f} seconds"


async def all_of(found):
    """The items of an asynchronous iterator, printed as they come."""
    items = []
    async for what, result in found:
        print(f"{what}: {result}", flush=True)
        items.append({"what": what, "result": result})
    return items


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


def main(arguments=None):
    """Starts the service, measures, and ends it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", default="transformer_mini-g2p", metavar="NAME-OR-RUN")
    name = parser.parse_args(arguments).name
    allow_many_files()
    words = [example.source for example in create_task("g2p").examples("test")]
    random.Random(0).shuffle(words)
    process = subprocess.Popen(
        [sys.executable, "-m", "zoo.cli", "serve", name, "--port", "0"],
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


if __name__ == "__main__":
    try:
        main()
    except ZooError as error:
        sys.exit(f"error: {error}")
