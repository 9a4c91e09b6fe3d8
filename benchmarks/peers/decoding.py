"""`python -m benchmarks peers decoding [SHAPE ...]`: compares decoding speed with other libraries.

All libraries decode the Multi30k test sources with the same weights, greedily and with a beam of 4,
in batches of 64, 16 and 1. Each runs in its own process, and they take turns: the speed of a
machine changes from minute to minute, the ratio within a round hardly does. A beam stops as soon as
4 hypotheses are finished, and ranks them by their mean log-probability. Libraries that cannot do
this take part in greedy search only.
"""

import itertools
import json
import pathlib
import sys
from typing import Any, NamedTuple

import numpy as np

from benchmarks.peers import table
from benchmarks.peers.decoding_page import render
from benchmarks.peers.decoding_shapes import SHAPES
from benchmarks.peers.environment import python_of
from benchmarks.peers.process import compared, hide_gpus, in_turns
from benchmarks.peers.table import check_names
from benchmarks.peers.weights import make
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError

HERE = pathlib.Path(__file__).parent


class Peer(NamedTuple):
    """A library that decodes.

    Attributes:
        worker: str, a module beside this one.
        options: dict, arguments of its `load` besides those that all have.
        with_zoo: bool, whether it runs in the zoo's environment.
        beams: tuple of int, the beams in which its rules are the zoo's; 1 is greedy search.
    """

    worker: str
    options: Any = {"precision": "float32"}
    with_zoo: bool = False
    beams: tuple = (1, 4)


ZOO = Peer("decode_zoo", with_zoo=True)
PEERS = {
    "transformers": Peer("decode_transformers"),
    "CTranslate2": Peer("decode_ctranslate2"),
    "CTranslate2, one stream per core": Peer(
        "decode_ctranslate2", {"precision": "float32", "streams": True}
    ),
    "CTranslate2 int8": Peer("decode_ctranslate2", {"precision": "int8"}),
    "KerasHub": Peer("decode_kerashub", with_zoo=True, beams=(1,)),
    "Joey NMT": Peer("decode_joeynmt", beams=(1,)),
    "PyTorch loop": Peer("decode_pytorch"),
}
ROUNDS = 3
MAX_LENGTH = 64  # tokens of an output
DISTINCT = 0.25  # smallest share of different outputs: an untrained model would not stop as usual
AGREEMENT = 0.98  # smallest share of equal outputs in float32: near ties may be broken differently


def invocation(name, peer, python, given, logs):
    """The arguments of a peer's `Worker`; see `Worker` and `measure`."""
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
    """Measures one search and batch size. Yields one row of the table per peer.

    Args:
        shape: `Shape`.
        python: path of the peers' interpreter.
        folder: path, what `benchmarks.peers.weights.make` wrote.
        beam, batch: int.
        logs: path of a folder for what the workers print.

    Raises:
        ZooError: a worker ends early, its outputs differ from the zoo's, or most outputs are equal.
    """
    sources = json.loads((folder / "sources.json").read_text())[: shape.sources[batch]]
    given = dict(folder=str(folder), beam=beam, rows=batch, max_length=MAX_LENGTH, work=sources)
    peers = {name: PEERS[name] for name in shape.peers if beam in PEERS[name].beams}
    if not peers:
        return
    asked = {
        name: invocation(name, peer, python, given, logs)
        for name, peer in ({"zoo": ZOO} | peers).items()
    }
    workers, seconds = in_turns(asked, ROUNDS)
    if len(set(map(tuple, workers["zoo"].found))) < DISTINCT * len(sources):
        raise ZooError(
            f"the model in {folder} gives the same output for most sources; train it for longer"
        )
    for name, peer in peers.items():
        zoo, worker = workers["zoo"], workers[name]
        same = np.mean([a == b for a, b in zip(worker.found, zoo.found)])
        if peer.options["precision"] == "float32" and same < AGREEMENT:
            raise ZooError(
                f"{name} and the zoo agree on only {same:.1%} of the outputs, "
                f"beam {beam}, batch {batch}"
            )
        speeds = compared(seconds, len(sources), "sentences", name)
        ours, theirs = speeds["zoo_sentences_per_second"], speeds["peer_sentences_per_second"]
        saved = 1 / theirs - 1 / ours  # seconds per sentence
        behind = zoo.first - worker.first - len(sources) * (1 / ours - 1 / theirs)
        yield {
            "peer": name,
            "beam": beam,
            "batch": batch,
            "sources": len(sources),
            "rounds": ROUNDS,
            **speeds,
            "equal_outputs": same,
            "zoo_first_seconds": zoo.first,
            "peer_first_seconds": worker.first,
            "break_even_sentences": max(0, behind / saved) if saved > 0 else np.inf,
        }


def main(names=()):
    """Measures shapes. Writes decoding.csv and README.md in results/peers after each measurement.

    Args:
        names: str, keys of `SHAPES`, or nothing for all. Other shapes keep their rows.

    Raises:
        ZooError: a name is unknown, or a measurement fails as in `measure`.
    """
    hide_gpus()
    check_names(names, SHAPES)
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
                    f"{name}, beam {beam}, batch {batch}: {row['ratio']:.2f} times as fast as "
                    f"{row['peer']} ({row['lowest_ratio']:.2f} to {row['highest_ratio']:.2f})",
                    flush=True,
                )
            keep(rows, results)
    return 0


def keep(rows, results):
    """Replaces the rows of one shape by what has been measured so far, and renders the page."""
    table.replace_rows(rows, list(SHAPES), results / "decoding.csv", results / "README.md", render)
