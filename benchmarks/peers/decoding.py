"""`python -m benchmarks peers decoding`: sentences a second against transformers and CTranslate2, as ratios of paired rounds.

All decode the Multi30k test sources with the same weights, greedily and with a beam of 4, in batches of 1, 16 and 64. Each
library runs in a process of its own, and they take turns, since a machine's speed changes from minute to minute and a ratio of
one round hardly does. Beams stop as soon as 4 hypotheses are finished, which all of them can do.
"""

import itertools
import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd

from benchmarks import provenance
from benchmarks.peers.environment import python_of
from benchmarks.peers.weights import SHAPES, make
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError
from zoo.files import write_text

HERE = pathlib.Path(__file__).parent
PEERS = {"transformers": ("decode_transformers.py", "float32"), "CTranslate2": ("decode_ctranslate2.py", "float32"),
         "CTranslate2 int8": ("decode_ctranslate2.py", "int8")}
ROUNDS, MAX_LENGTH = 5, 64
SOURCES = {64: 1000, 16: 500, 1: 50}  # sources a batch size, so that a round takes seconds
AGREEMENT = 0.98  # share of equal outputs at least, in float32; near ties may fall otherwise


class Worker:
    """A process that decodes when it is told to.

    Args:
        python: path of the interpreter.
        words: list of str, what it runs.
        log: path, for what it prints on standard error.
        given: dict, what `benchmarks.peers.worker.serve` reads.
    """

    def __init__(self, python, words, log, given):
        self.log = log
        with open(log, "w") as errors:
            self.process = subprocess.Popen([str(python), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                            text=True, cwd=REPOSITORY)
        found = self.ask(json.dumps(given))
        self.outputs, self.first = found["outputs"], found["seconds"]

    def ask(self, line="go"):
        """One answer. Raises `ZooError` where the process has ended."""
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        for answer in self.process.stdout:
            if answer.startswith("answer "):
                return json.loads(answer.removeprefix("answer "))
        raise ZooError(f"{' '.join(self.process.args[1:])} ended before it answered; see {self.log}")

    def close(self):
        self.process.kill()
        self.process.wait()


def measure(python, folder, beam, rows, logs):
    """Rows of the table for one strategy and batch size: a peer each."""
    sources = json.loads((folder / "sources.json").read_text())[:SOURCES[rows]]
    given = dict(folder=str(folder), beam=beam, rows=rows, max_length=MAX_LENGTH, sources=sources)
    workers = {}
    try:
        workers["zoo"] = Worker(sys.executable, ["-m", "benchmarks.peers.decode_zoo"], logs / "zoo.log",
                                given | {"precision": "float32"})
        for name, (file, precision) in PEERS.items():
            workers[name] = Worker(python, [str(HERE / file)], logs / f"{name}.log", given | {"precision": precision})
        seconds = {name: [] for name in workers}
        for _ in range(ROUNDS):
            for name, worker in workers.items():
                seconds[name].append(worker.ask()["seconds"])
    finally:
        for worker in workers.values():
            worker.close()
    for name, worker in workers.items():
        if name == "zoo":
            continue
        same = np.mean([a == b for a, b in zip(worker.outputs, workers["zoo"].outputs)])
        if PEERS[name][1] == "float32" and same < AGREEMENT:
            raise ZooError(f"{name} and the zoo agree on {same:.1%} of the outputs only, beam {beam}, batch {rows}")
        ratios = np.array(seconds[name]) / np.array(seconds["zoo"])
        ours, theirs = (len(sources) / np.median(seconds[key]) for key in ("zoo", name))
        saved = 1 / theirs - 1 / ours  # seconds a sentence
        behind = workers["zoo"].first - worker.first - len(sources) * (1 / ours - 1 / theirs)
        yield {"peer": name, "beam": beam, "batch": rows, "sources": len(sources), "rounds": ROUNDS,
               "zoo_sentences_per_second": ours, "peer_sentences_per_second": theirs, "ratio": np.median(ratios),
               "lowest_ratio": ratios.min(), "highest_ratio": ratios.max(), "equal_outputs": same,
               "zoo_first_seconds": workers["zoo"].first, "peer_first_seconds": worker.first,
               "break_even_sentences": max(0, behind / saved) if saved > 0 else np.inf}


def main():
    """Measures every shape, and writes decoding.csv and README.md in results/peers, anew after each measurement."""
    work = REPOSITORY / "runs" / "peers"
    logs = work / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    python, rows = python_of(work / "environment"), []
    for shape in SHAPES:
        folder = work / "weights" / "".join(c if c.isalnum() else "_" for c in shape)
        if not (folder / "sources.json").is_file():
            print(f"training {shape}", flush=True)
            folder.parent.mkdir(exist_ok=True)
            make(shape, folder)
        for batch, beam in itertools.product(SOURCES, (1, 4)):
            for row in measure(python, folder, beam, batch, logs):
                rows.append({"shape": shape} | row)
                print(f"{shape}, beam {beam}, batch {batch}: {row['ratio']:.2f} times as fast as {row['peer']} "
                      f"({row['lowest_ratio']:.2f} to {row['highest_ratio']:.2f})", flush=True)
            keep(rows, REPOSITORY / "results" / "peers")
    return 0


def keep(rows, results):
    """Writes the table of what has been measured so far."""
    table = pd.DataFrame(rows).assign(commit=provenance.commit(), processor=provenance.processor(), cores=os.cpu_count())
    results.mkdir(parents=True, exist_ok=True)
    write_text(results / "decoding.csv", table.to_csv(index=False, float_format="%.4g"))
    write_text(results / "README.md", render(results / "decoding.csv"))


def render(path):
    """The rows of a decoding.csv as Markdown."""
    table = pd.read_csv(path)
    lines = ["| model | search | batch | peer | zoo, sentences a second | peer, sentences a second | ratio | equal outputs "
             "| zoo, first | peer, first | break-even |", "|---" * 11 + "|"]
    for row in table.to_dict("records"):
        search = "greedy" if row["beam"] == 1 else f"beam {row['beam']}"
        even = "never" if np.isinf(row["break_even_sentences"]) else f"{row['break_even_sentences']:,.0f}"
        lines.append(f"| {row['shape']} | {search} | {row['batch']} | {row['peer']} | {row['zoo_sentences_per_second']:.0f} | "
                     f"{row['peer_sentences_per_second']:.0f} | **{row['ratio']:.2f}** ({row['lowest_ratio']:.2f} to "
                     f"{row['highest_ratio']:.2f}) | {row['equal_outputs']:.1%} | {row['zoo_first_seconds']:.0f} s | "
                     f"{row['peer_first_seconds']:.0f} s | {even} |")
    first = table.iloc[0]
    return "\n".join([
        "# Decoding against other libraries", "", *lines, "",
        f"Above 1, the zoo is faster: the median of {first['rounds']} rounds taken in turns, and their range. \"First\" is the "
        "time of the first round with loading and compiling; \"break-even\" says how many sentences it takes until the zoo's "
        "total time is the shorter one.", "",
        f"Measured on {first['cores']} cores, {first['processor']}, at commit {str(first['commit'])[:8]}; written by "
        "`python -m benchmarks peers decoding`.", ""])
