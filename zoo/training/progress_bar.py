"""The line on the screen that says where a training stands."""

import time

from tqdm import tqdm


class ProgressBar(tqdm):
    """Shows the epoch, the share of the steps, the loss, the speed and the time left.

    The time left counts validations, but not the compilation of the steps: a first step can take a
    hundred times as long as those that follow.

    Args:
        total: number of steps of the whole training.
        done: how many of them are done already.
        shown: whether anything appears on the screen.
    """

    def __init__(self, total, done, shown):
        super().__init__(
            total=total,
            initial=done,
            disable=not shown,
            unit="step",
            mininterval=0.5,
            bar_format="{desc} {percentage:3.0f}%|{bar:20}| {postfix} left",
        )
        self.opened = time.monotonic()
        self.compiling, self.measured = 0.0, 0

    def step(self, loss, speed, compiling):
        """Counts a step.

        Args:
            loss: mean of the epoch so far.
            speed: target tokens per second.
            compiling: seconds of the step, if it compiled something; else 0.
        """
        self.compiling += compiling
        self.measured += not compiling
        left = self.seconds_left(self.total - self.n - 1)
        text = "?" if left is None else self.format_interval(left)
        self.set_postfix_str(f"loss {loss:.3f}, {speed:,.0f} tokens/s {text}", refresh=False)
        self.update()

    def seconds_left(self, steps):
        """The seconds that so many steps will take, or None while every step has compiled."""
        if not self.measured:
            return None
        return (time.monotonic() - self.opened - self.compiling) / self.measured * steps
