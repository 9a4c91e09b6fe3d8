"""`python -m benchmarks peers decoding [SHAPE ...]`: sentences a second beside other libraries, as ratios of paired rounds.

All decode the Multi30k test sources with the same weights, greedily and with a beam of 4, in batches of 64, 16 and 1. Each
library runs in a process of its own, and they take turns, since a machine's speed changes from minute to minute and a ratio of
one round hardly does. Beams stop as soon as 4 hypotheses are finished, and rank them by their mean log-probability, where a
library can; it takes part in no beam where it cannot.
"""

import itertools
import json
import pathlib
import sys
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.peers import table
from benchmarks.peers.environment import python_of
from benchmarks.peers.process import in_turns
from benchmarks.peers.shapes import SHAPES
from benchmarks.peers.table import check_names, unique
from benchmarks.peers.weights import make
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError

HERE = pathlib.Path(__file__).parent


class Peer(NamedTuple):
    """Who decodes, and how.

    Attributes:
        worker: str, a module beside this one.
        options: dict, arguments of its `load` besides those that all have.
        with_zoo: bool, whether it runs in the zoo's environment.
        beams: tuple of int, the beams in which its rules are the zoo's; 1 is greedy search.
        batches: tuple of int, the batch sizes that it is measured with.
    """

    worker: str
    options: Any = {"precision": "float32"}
    with_zoo: bool = False
    beams: tuple = (1, 4)
    batches: tuple = (64, 16, 1)


ZOO = Peer("decode_zoo", with_zoo=True)
PEERS = {
    "transformers": Peer("decode_transformers"),
    "CTranslate2": Peer("decode_ctranslate2"),
    "CTranslate2, a stream a core": Peer(
        "decode_ctranslate2", {"precision": "float32", "streams": True}
    ),
    "CTranslate2 int8": Peer("decode_ctranslate2", {"precision": "int8"}),
    "KerasHub": Peer("decode_kerashub", with_zoo=True, beams=(1,)),
    "Joey NMT": Peer("decode_joeynmt", beams=(1,)),
    "PyTorch loop": Peer("decode_pytorch"),
}
ROUNDS, MAX_LENGTH = 3, 64
DISTINCT = 0.25  # share of different outputs at least; a model that learnt nothing ends where no real one does
AGREEMENT = 0.98  # share of equal outputs at least, in float32; near ties may fall otherwise


def invocation(name, peer, python, given, logs):
    """What a peer's `Worker` is made of; see `Worker` and `measure` for the arguments."""
    words = (
        ["-m", f"benchmarks.peers.{peer.worker}"]
        if peer.with_zoo
        else [str(HERE / f"{peer.worker}.py")]
    )
    return (
        sys.executable if peer.with_zoo else python,
        words,
        logs / f"{name}.log",
        given | peer.options,
    )


def measure(shape, python, folder, beam, batch, logs):
    """Rows of the table for one search and batch size: a peer each.

    Args:
        shape: `Shape`.
        python: path of the peers' interpreter.
        folder: path, what `benchmarks.peers.weights.make` wrote.
        beam, batch: int.
        logs: path of a folder for what the workers print.

    Raises:
        ZooError: a worker ends, or its outputs are others than the zoo's, or these hardly differ from source to source.
    """
    sources = json.loads((folder / "sources.json").read_text())[: shape.sources[batch]]
    given = dict(folder=str(folder), beam=beam, rows=batch, max_length=MAX_LENGTH, work=sources)
    peers = {
        name: PEERS[name]
        for name in shape.peers
        if beam in PEERS[name].beams and batch in PEERS[name].batches
    }
    if not peers:
        return
    asked = {
        name: invocation(name, peer, python, given, logs)
        for name, peer in ({"zoo": ZOO} | peers).items()
    }
    workers, seconds = in_turns(asked, ROUNDS)
    if len(set(map(tuple, workers["zoo"].found))) < DISTINCT * len(sources):
        raise ZooError(
            f"the model in {folder} puts out the same for most sources; it has to be trained for longer"
        )
    for name, peer in peers.items():
        zoo, worker = workers["zoo"], workers[name]
        same = np.mean([a == b for a, b in zip(worker.found, zoo.found)])
        if peer.options["precision"] == "float32" and same < AGREEMENT:
            raise ZooError(
                f"{name} and the zoo agree on {same:.1%} of the outputs only, beam {beam}, batch {batch}"
            )
        ratios = seconds[name] / seconds["zoo"]
        ours, theirs = (len(sources) / np.median(seconds[key]) for key in ("zoo", name))
        saved = 1 / theirs - 1 / ours  # seconds a sentence
        behind = zoo.first - worker.first - len(sources) * (1 / ours - 1 / theirs)
        yield {
            "peer": name,
            "beam": beam,
            "batch": batch,
            "sources": len(sources),
            "rounds": ROUNDS,
            "zoo_sentences_per_second": ours,
            "peer_sentences_per_second": theirs,
            "ratio": np.median(ratios),
            "lowest_ratio": ratios.min(),
            "highest_ratio": ratios.max(),
            "equal_outputs": same,
            "zoo_first_seconds": zoo.first,
            "peer_first_seconds": worker.first,
            "break_even_sentences": max(0, behind / saved) if saved > 0 else np.inf,
        }


def main(names=()):
    """Measures shapes, and writes decoding.csv and README.md in results/peers, anew after each measurement.

    Args:
        names: str, keys of `SHAPES`; none are all. Rows of the others stay as they are.

    Raises:
        ZooError: an unknown name, before anything is done; what `measure` raises.
    """
    check_names(names, SHAPES, "decoding")
    work, results = REPOSITORY / "runs" / "peers", REPOSITORY / "results" / "peers"
    logs = work / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    python = python_of(work / "environment")
    for name in names or SHAPES:
        shape, rows = SHAPES[name], []
        folder = work / "weights" / "".join(c if c.isalnum() else "_" for c in name)
        if not (folder / "sources.json").is_file():
            print(f"training {name}", flush=True)
            folder.parent.mkdir(exist_ok=True)
            make(name, folder)
        for batch, beam in itertools.product(shape.sources, (1, 4)):
            for row in measure(shape, python, folder, beam, batch, logs):
                rows.append({"shape": name} | row)
                print(
                    f"{name}, beam {beam}, batch {batch}: {row['ratio']:.2f} times as fast as {row['peer']} "
                    f"({row['lowest_ratio']:.2f} to {row['highest_ratio']:.2f})",
                    flush=True,
                )
            keep(rows, results)
    return 0


def keep(rows, results):
    """Writes the table: what has been measured of one shape so far, in place of its old rows."""
    table.keep(rows, list(SHAPES), results / "decoding.csv", results / "README.md", render)


def render(path):
    """The rows of a decoding.csv as Markdown."""
    found = pd.read_csv(path)
    lines = [
        "| model | search | batch | peer | zoo, sentences a second | peer, sentences a second | ratio | equal outputs "
        "| zoo, first | peer, first | break-even |",
        "|---" * 11 + "|",
    ]
    for row in found.to_dict("records"):
        search = "greedy" if row["beam"] == 1 else f"beam {row['beam']}"
        even = (
            "never"
            if np.isinf(row["break_even_sentences"])
            else f"{row['break_even_sentences']:,.0f}"
        )
        lines.append(
            f"| {row['shape']} | {search} | {row['batch']} | {row['peer']} | {row['zoo_sentences_per_second']:.0f} | "
            f"{row['peer_sentences_per_second']:.0f} | **{row['ratio']:.2f}** ({row['lowest_ratio']:.2f} to "
            f"{row['highest_ratio']:.2f}) | {row['equal_outputs']:.1%} | {row['zoo_first_seconds']:.0f} s | "
            f"{row['peer_first_seconds']:.0f} s | {even} |"
        )
    return "\n".join(
        [
            "# Decoding against other libraries",
            "",
            *lines,
            "",
            f"Above 1, the zoo is faster: the median of {unique(found['rounds'])} rounds taken in turns, and their range. "
            '"First" is the time of the first round with loading and compiling; "break-even" says how many sentences it takes '
            "until the zoo's total time is the shorter one.",
            "",
            'The zoo searches a batch a core side by side, where there are sources enough. "CTranslate2" gives all cores to one '
            'batch after the other, "a stream a core" one core to each of as many batches. In batches of 1 the zoo, too, decodes '
            'one sentence after the other. "PyTorch loop" is written for this comparison, as one does where no library has the '
            "model: `torch.nn.LSTM` and `LSTMCell`, sources sorted by length, those that are done leaving their batch. KerasHub "
            "and Joey NMT take part in greedy search only: their beams follow other rules.",
            "",
            f"Measured on {unique(found['cores'])} cores, {unique(found['processor'])}, at commit "
            f"{unique(found['commit'].str[:8])}; written by `python -m benchmarks peers decoding`.",
            "",
        ]
    )
