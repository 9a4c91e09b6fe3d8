"""What the workers share: one process a library, which loads once and decodes when it is told to.

It needs no package but Python's own, so that it runs in the peers' environment, too.
"""

import json
import sys
import time


def serve(load):
    """Reads a line of JSON arguments for `load` with `sources`; then decodes them once a line, until standard input ends.

    Writes a line of JSON each time: seconds, of the first time with loading and compiling, and then also the outputs.
    """
    given = json.loads(sys.stdin.readline())
    sources, started = given.pop("sources"), time.perf_counter()
    decode = load(**given)
    outputs = decode(sources)
    answer(seconds=time.perf_counter() - started, outputs=outputs)
    for _ in sys.stdin:
        started = time.perf_counter()
        decode(sources)
        answer(seconds=time.perf_counter() - started)


def answer(**values):
    """A line of JSON, marked, since libraries print what they like."""
    print("answer " + json.dumps(values), flush=True)
