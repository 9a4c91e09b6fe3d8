"""The line on the screen that says where a training stands."""

import contextlib
import math
import sys
import time

from tqdm import tqdm

LOG_INTERVAL = 10  # seconds between two lines where standard error is a log


class ProgressBar(tqdm):
    """Shows the epoch, the share of the steps, the loss, the speed and the time left.

    The time left is the mean time per step so far, times the steps that are left. It includes
    the validations that have run, but neither steps that compiled nor the first validation, which
    can take a hundred times as long as the others.

    Args:
        total: number of steps of the whole training.
        done: how many of them are done already.
        shown: whether anything appears on the screen.
    """

    status = "? left"  # what follows the bar

    def __init__(self, total, done, shown):
        super().__init__(
            total=total,
            initial=done,
            disable=not shown,
            mininterval=0.5 if sys.stderr.isatty() else LOG_INTERVAL,
            bar_format="{desc} {percentage:3.0f}%|{bar:20}| {status}",
        )
        self.opened = time.monotonic()
        self.compiling, self.measured, self.validated = 0.0, 0, False

    @property
    def format_dict(self):
        return super().format_dict | {"status": self.status}

    def step(self, loss, speed, compiling, allowed=math.inf):
        """Counts a step.

        Args:
            loss: mean of the epoch so far.
            speed: target tokens per second.
            compiling: seconds of the step if it compiled something, else 0.
            allowed: seconds that steps may still take. The training then validates and ends.
        """
        self.compiling += compiling
        self.measured += not compiling
        left = min(self.seconds_left(self.total - self.n - 1), allowed)
        text = "?" if math.isinf(left) else self.format_interval(max(left, 0))
        self.status = f"loss {loss:.3f}, {speed:,.0f} tokens/s, {text} left"
        self.update()

    @contextlib.contextmanager
    def validation(self):
        """Surrounds a validation. The first one, which compiles, is left out of the mean step."""
        started = time.monotonic()
        yield
        if not self.validated:
            self.compiling += time.monotonic() - started
        self.validated = True

    def seconds_left(self, steps):
        """Seconds that `steps` more steps take; infinite while every step has compiled."""
        if not self.measured:
            return math.inf
        return (time.monotonic() - self.opened - self.compiling) / self.measured * steps
