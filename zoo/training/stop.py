"""Ctrl-C and termination signals during training: the step in progress ends first."""

import shlex
import signal

from zoo.errors import ZooError


class Interrupted(ZooError):
    """Training was asked to stop. Everything needed to resume it is on disk."""


class Stop:
    """Remembers Ctrl-C or a termination signal while its `with` block runs.

    Attributes:
        asked: whether a signal has come.
    """

    def __enter__(self):
        self.asked = False
        self.previous = {}
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                self.previous[number] = signal.signal(number, self.ask)
        except ValueError:  # outside the main thread, signals belong to the main program
            pass
        return self

    def ask(self, number, frame):
        """The first signal stops training after the step in progress, the second one at once."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def __exit__(self, *_):
        for number, handler in self.previous.items():
            signal.signal(number, handler)


def finished(run, epochs):
    """The `ZooError` that says why a finished run is not resumed, and what to do with it."""
    use = "use it with zoo evaluate, generate or align"
    if not run.evaluations:  # it was stopped while its test split was decoded
        use = f"score it with: zoo evaluate {shlex.quote(str(run.folder))}"
    return ZooError(
        f"{run.folder} is finished after {epochs} epochs; {use}, "
        "or train it again with other options and --out"
    )
