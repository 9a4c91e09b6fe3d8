"""What the workers share: one process a library, which loads once and does its work when it is told to.

It needs no package but Python's own, so that it runs in the peers' environment, too.
"""

import json
import sys
import time


def serve(load):
    """Reads a line of JSON arguments for `load`, with `work` for the function that it gives: sources to decode, or a file of
    batches to train on. The work is done once at first and once for every line after that, until standard input ends.

    Writes a line of JSON each time: seconds, of the first time with loading and compiling, and then also what was found.
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


def by_length(decode, sources, rows):
    """Decodes in batches, the longest sources first, for libraries that leave the order to their user.

    Args:
        decode: function of a batch, a list of lists of ids, the longest first, to a list of outputs.
        sources: list of lists of ids.
        rows: int, sources in a batch.

    Returns:
        The outputs in the order of the sources.
    """
    order, outputs = (
        sorted(range(len(sources)), key=lambda i: -len(sources[i])),
        [None] * len(sources),
    )
    for first in range(0, len(order), rows):
        chosen = order[first : first + rows]
        for i, output in zip(chosen, decode([sources[i] for i in chosen])):
            outputs[i] = output
    return outputs


def until_end(row, end_id, pad_id=0):
    """The ids before the first end token, or all but padding where the output was cut."""
    return (
        row[: row.index(end_id)] if end_id in row else [token for token in row if token != pad_id]
    )


def answer(**values):
    """A line of JSON, marked, since libraries print what they like."""
    print("answer " + json.dumps(values), flush=True)
