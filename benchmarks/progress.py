"""What a cell is doing, in a file that the runner's table shows."""

import pathlib
import time

from zoo.files import write_text


class Progress:
    """Writes what a cell is doing, at most twice per second.

    Args:
        path: path of the file.

    Attributes:
        began: when this process began, in seconds since 1970.
        started: when the first process of the cell began.
        before: seconds that earlier, stopped processes spent on what this one need not repeat.
        memory: GiB, the most that an earlier process took for a training.
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.began = self.started = time.time()
        self.before = self.memory = 0.0
        self.last = 0.0
        self.prefix = "training"
        self.params = {}

    def callback(self):
        """A Keras callback that writes the epoch, how much of it is done, and the loss."""
        import keras

        found = keras.callbacks.LambdaCallback(
            on_epoch_begin=self.epoch_begin, on_train_batch_end=self.batch_end
        )
        found.set_params = self.set_params
        return found

    def set_params(self, params):
        """Keeps the numbers of epochs and steps, which Keras passes to callbacks."""
        self.params = params or {}

    def epoch_begin(self, epoch, logs=None):
        """Keeps the number of the epoch."""
        self.prefix = f"epoch {epoch + 1}/{self.params.get('epochs', '?')}"

    def batch_end(self, step, logs=None):
        """Writes how much of the epoch is done, and the loss."""
        if time.time() - self.last > 0.5:
            steps = self.params.get("steps") or 1
            self.write(f"{self.prefix}, {100 * (step + 1) / steps:.0f}%, loss {logs['loss']:.2f}")

    def minutes(self):
        """Minutes that the cell has taken so far, in this and in earlier processes."""
        return (time.time() - self.began + self.before) / 60

    def write(self, text):
        """Writes one line, so that a reader never sees half of it."""
        self.last = time.time()
        write_text(self.path, text)
