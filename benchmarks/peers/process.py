"""Workers: processes that do their work when they are told to, and take turns."""

import json
import os
import subprocess

import numpy as np

from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError


def hide_gpus():
    """Hides GPUs from this process and its workers: the tables compare speeds on CPUs."""
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"


class Worker:
    """A process that answers each line on its standard input with one on its standard output.

    Args:
        python: path of the interpreter.
        words: list of str, the interpreter's arguments.
        log: path of a file for its standard error.
        given: dict, what `benchmarks.peers.worker.serve` reads.

    Attributes:
        found: the result of the first time.
        first: seconds that the first time took, loading and compiling included.
    """

    def __init__(self, python, words, log, given):
        self.log = log
        with open(log, "w") as errors:
            self.process = subprocess.Popen(
                [str(python), *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=REPOSITORY,
            )
        found = self.ask(json.dumps(given))
        self.found, self.first = found["found"], found["seconds"]

    def ask(self, line="go"):
        """Asks for one answer. Raises `ZooError` if the process has ended."""
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        for answer in self.process.stdout:
            if answer.startswith("answer "):
                return json.loads(answer.removeprefix("answer "))
        raise ZooError(
            f"{' '.join(self.process.args[1:])} ended before it answered; see {self.log}"
        )

    def close(self):
        self.process.kill()
        self.process.wait()


def compared(seconds, amount, unit, peer="peer"):
    """What a row says of two workers' times: both speeds, and the range of their ratio.

    Args:
        seconds: by name of the worker, float `[rounds]`, as `in_turns` gives.
        amount: how many units of work a round holds.
        unit: their name, such as "tokens".
        peer: name of the worker that "zoo" is compared with.
    """
    ratios = seconds[peer] / seconds["zoo"]
    return {
        f"zoo_{unit}_per_second": amount / np.median(seconds["zoo"]),
        f"peer_{unit}_per_second": amount / np.median(seconds[peer]),
        "ratio": np.median(ratios),
        "lowest_ratio": ratios.min(),
        "highest_ratio": ratios.max(),
    }


def in_turns(asked, rounds):
    """Starts workers, times them in turns after a first round that loads and compiles, and ends
    them.

    Args:
        asked: dict of name to the arguments of a `Worker`.
        rounds: int.

    Returns:
        The workers by name, and their seconds by name, float `[rounds]`.

    Raises:
        ZooError: a worker ends before it answers.
    """
    workers = {}
    try:
        for name, arguments in asked.items():
            workers[name] = Worker(*arguments)
        seconds = [[worker.ask()["seconds"] for worker in workers.values()] for _ in range(rounds)]
    finally:
        for worker in workers.values():
            worker.close()
    return workers, dict(zip(workers, np.array(seconds).T))
