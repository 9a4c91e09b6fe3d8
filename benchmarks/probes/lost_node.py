"""`python -m benchmarks probe lost_node [SUITE]`: takes a node out of a Ray cluster.

A suite runs on a cluster of two nodes on this machine. While each of them runs a cell, one is
killed. The rows must equal those of a run without Ray, except for timings. Writes
results/lost_node.csv.
"""

import os
import pathlib
import tempfile

import pandas as pd

from benchmarks import provenance
from benchmarks.launchers import make_launcher
from benchmarks.rows import differing_rows
from benchmarks.runner import Runner
from benchmarks.suite import REPOSITORY, load_suite
from zoo.files import write_text

MOMENT = 8  # calls of `ended`, a second apart, before the node is killed


def main(suites):
    """Returns the exit status: 0 when all rows are equal and a cell has run twice."""
    suite = load_suite(suites[0] if suites else "smoke")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        expected = Runner(suite, folder / "here").run(
            make_launcher("local", suite, folder / "here")
        )
        runner = Runner(suite, folder / "ray")
        found = run_and_lose_a_node(runner)
    differing = differing_rows(expected, found)
    line = {
        "suite": suite.name,
        "rows": len(expected),
        "cells_run_again": sum(tries > 1 for tries in runner.tries.values()),
        "differing_rows": len(differing),
        "commit": provenance.commit(),
    }
    write_text(REPOSITORY / "results" / "lost_node.csv", pd.DataFrame([line]).to_csv(index=False))
    print("".join(f"{key}: {value}\n" for key, value in line.items()), end="")
    return 1 if differing or not line["cells_run_again"] else 0


def run_and_lose_a_node(runner):
    """Runs a suite on two nodes, one of which is killed. Returns the rows."""
    from ray.cluster_utils import Cluster

    head = {"num_cpus": runner.suite.threads, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    try:
        node = cluster.add_node(num_cpus=runner.suite.threads)
        os.environ["RAY_ADDRESS"] = cluster.address
        launcher = make_launcher("ray", runner.suite, runner.folder)
        ended, calls = launcher.ended, []

        def lose():
            calls.append(1)
            if len(calls) == MOMENT:
                cluster.remove_node(node, allow_graceful=False)
                print("one of two nodes is killed", flush=True)
            yield from ended()

        launcher.ended = lose
        return runner.run(launcher)
    finally:
        cluster.shutdown()
