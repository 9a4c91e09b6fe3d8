"""Clients of the service, in this process: requests one after the other on a connection each."""

import asyncio
import itertools
import json
import time

import numpy as np

from zoo.errors import ZooError
from zoo.serving.limits import BATCH_SIZES

BEAMS = (1, 4)


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
