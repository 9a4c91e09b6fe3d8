"""The protocol of the workers: each is one library in one process, which works when it is told to.

Only Python's own packages are imported, so that this file runs in the peers' environment, too.
"""

import json
import os
import sys
import time


def serve(load):
    """Serves one worker until its standard input ends.

    The first line is a JSON object: the arguments of `load`, and "work" for the function that
    `load` returns, which is sources to decode or a file of batches to train on. The work is done at
    once, and again for every further line. Each time a line of JSON is written: the seconds it
    took, and the first time, which includes loading and compiling, also the result.
    """
    given = json.loads(sys.stdin.readline())
    work, started = given.pop("work"), time.perf_counter()
    function = load(**given)
    found = function(work)
    answer(seconds=time.perf_counter() - started, found=found)
    for _ in sys.stdin:
        started = time.perf_counter()
        function(work)
        answer(seconds=time.perf_counter() - started)


def threads():
    """Threads to compute with: one per core, unless OMP_NUM_THREADS asks for fewer."""
    return int(os.environ.get("OMP_NUM_THREADS") or cores())


def cores():
    """The cores that this process may use, as `zoo.backend.cores` counts them."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def padded(sources):
    """Lists of ids, the longest first, zero-padded to one length."""
    return [source + [0] * (len(sources[0]) - len(source)) for source in sources]


def by_length(decode, sources, rows):
    """Decodes in batches, longest sources first, for libraries that do not sort by themselves.

    Args:
        decode: function from a batch, a list of lists of ids, the longest first, to a list of
            outputs.
        sources: list of lists of ids.
        rows: int, sources in a batch.

    Returns:
        The outputs in the order of the sources.
    """
    order = sorted(range(len(sources)), key=lambda i: -len(sources[i]))
    outputs = [None] * len(sources)
    for first in range(0, len(order), rows):
        chosen = order[first : first + rows]
        for i, output in zip(chosen, decode([sources[i] for i in chosen])):
            outputs[i] = output
    return outputs


def until_end(row, end_id, pad_id=0):
    """The ids before the first end token, or all ids but padding if the output was cut."""
    return (
        row[: row.index(end_id)] if end_id in row else [token for token in row if token != pad_id]
    )


def answer(**values):
    """Writes a line of JSON with a mark, because libraries may print lines of their own."""
    print("answer " + json.dumps(values), flush=True)
