"""A worker as a process of its own, which answers on its standard output."""

import json
import subprocess

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
            self.process = subprocess.Popen([str(python), *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                            text=True, cwd=REPOSITORY)
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
        raise ZooError(f"{' '.join(self.process.args[1:])} ended before it answered; see {self.log}")

    def close(self):
        self.process.kill()
        self.process.wait()
