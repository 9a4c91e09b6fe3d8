"""`python -m benchmarks probe latency`: times one word at a time, for all that are trained on g2p.

The models write the same words of the test split, one word per call, greedily and with a beam of 4,
on one thread. Every word is written once before, so that no call waits for the compiler. Models
take turns, word by word, so that whatever else the machine does slows all of them. Writes median
and 99th percentile to results/latency.csv, in milliseconds.
"""

import random
import time

import numpy as np
import pandas as pd

from benchmarks import provenance
from benchmarks.suite import REPOSITORY
from zoo.files import write_text
from zoo.registry.trained import list_trained

TASK, WORDS, BEAMS = "g2p", 500, (1, 4)
PATH = REPOSITORY / "results" / "latency.csv"


def main():
    """Measures all models, and writes the table."""
    import tensorflow as tf

    import zoo

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    words = [example.source for example in zoo.create_task(TASK).examples("test")]
    words = random.Random(0).sample(words, WORDS)
    calls = {}
    for name in (name for name in list_trained() if name.endswith(f"-{TASK}")):
        text = zoo.load(name)
        for beam in BEAMS:
            search = zoo.Beam(beam) if beam > 1 else zoo.Greedy()
            calls[name, beam] = lambda word, text=text, search=search: text.generate([word], search)
            for word in words:
                calls[name, beam](word)
            print(f"{name}, beam {beam}: compiled", flush=True)
    seconds = {key: [] for key in calls}
    for word in words:
        for key, call in calls.items():
            started = time.perf_counter()
            call(word)
            seconds[key].append(time.perf_counter() - started)
    rows = [
        {
            "model": model,
            "beam": beam,
            "words": WORDS,
            "p50_ms": 1000 * np.percentile(taken, 50),
            "p99_ms": 1000 * np.percentile(taken, 99),
            "commit": provenance.commit(),
            "processor": provenance.processor(),
        }
        for (model, beam), taken in seconds.items()
    ]
    write_text(PATH, pd.DataFrame(rows).to_csv(index=False, float_format="%.4g"))
    print(PATH)
