"""Clients that break the rules: what the service answers, and what it does after they left."""

import asyncio
import itertools
import json
import time

from benchmarks.probes.serving.client import Connection

LARGE = 10_000_000  # bytes of a body
CONNECTIONS = 1000
HANGING_UP = 100


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
