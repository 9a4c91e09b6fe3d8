"""Workers as processes of their own, which answer on their standard output, and take turns."""

import json
import subprocess

import numpy as np

from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError


class Worker:
    """A process that does its work when it is told to.

    Args:
        python: path of the interpreter.
        words: list of str, what it runs.
        log: path, for what it prints on standard error.
        given: dict, what `benchmarks.peers.worker.serve` reads.

    Attributes:
        found: what the first time gave; first: seconds that it took, with loading and compiling.
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
        """One answer. Raises `ZooError` where the process has ended."""
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


def in_turns(asked, rounds):
    """Starts workers, times them in turns after a first round that loads and compiles, and ends them.

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
