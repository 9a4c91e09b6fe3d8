"""Recordings as log-mel frames: how loud each band of the voice is, a hundred times per second."""

import functools

import numpy as np

from zoo.data.front_ends.audio import RECORDINGS, count_samples, read_audio
from zoo.data.front_ends.front_end import FrontEnd
from zoo.data.front_ends.spectrum import power_spectrum
from zoo.errors import ZooError, check_positive

QUIETEST = 8.0  # powers of ten below the loudest number of a recording at which it is cut (Whisper)
FLOOR = 1e-10


class LogMel(FrontEnd):
    """Log-mel frames of recordings, normalised per recording, several stacked to one.

    A window of 25 ms moves in steps of 10 ms. The power of its spectrum is summed in triangular
    bands, even on the mel scale, and its logarithm taken; what is 80 dB below the loudest number is
    cut there (Radford et al. 2022, https://arxiv.org/abs/2212.04356). The numbers of a recording
    are then shifted and scaled to mean 0 and variance 1, so that loudness does not matter.
    Successive frames are stacked, since recurrent models read fewer, wider ones much faster (Sak et
    al. 2015, https://arxiv.org/abs/1507.06947).

    Args:
        rate: int, samples per second to which recordings are brought.
        bins: int, bands.
        window, step: int, milliseconds.
        stack: int, frames that become one.

    Example:
        >>> LogMel(stack=4).features
        320
    """

    suffixes = RECORDINGS
    FIELDS = {"rate": int, "bins": int, "window": int, "step": int, "stack": int}

    def __init__(self, rate=16_000, bins=80, window=25, step=10, stack=4):
        super().__init__()
        check_positive(rate=rate, bins=bins, window=window, step=step, stack=stack)
        if rate * step < 1000 or rate * window < 1000:
            raise ZooError(f"a window of {window} ms in steps of {step} ms needs a higher rate")
        self.rate, self.bins, self.window, self.step, self.stack = rate, bins, window, step, stack

    @property
    def features(self):
        return self.bins * self.stack

    def settings(self):
        return {name: getattr(self, name) for name in self.FIELDS}

    def length(self, source):
        return self.frames_of(count_samples(self.path(source), self.rate))

    def frames_of(self, samples):
        """int, how many stacked frames a number of samples makes."""
        window, step = self.in_samples()
        return -(-(1 + max(0, samples - window) // step) // self.stack)

    def in_samples(self):
        """Window and step in samples."""
        return self.rate * self.window // 1000, self.rate * self.step // 1000

    def compute(self, path):
        return self.frames(read_audio(path, self.rate))

    def frames(self, samples):
        """Samples float32 [N] at `rate` -> float32 [S, F]."""
        window, step = self.in_samples()
        samples = np.pad(samples, (0, max(0, window - len(samples))))
        length = 2 * (1 << (window - 1).bit_length())  # finer than the lowest bands are wide
        power = power_spectrum(samples, window, step, length)
        mel = np.log10(np.maximum(power @ bands(self.bins, length, self.rate), FLOOR))
        mel = np.maximum(mel, mel.max() - QUIETEST)
        mel = (mel - mel.mean()) / max(mel.std(), 1e-5)
        mel = np.pad(mel, ((0, -len(mel) % self.stack), (0, 0)))
        return mel.reshape(-1, self.features).astype("float32")

    def picture(self, frames):
        return frames.reshape(-1, self.bins).T[::-1]  # low tones below

    def wave(self, source):
        return read_audio(self.path(source), self.rate)

    def labels(self, count):
        return [f"{i * self.stack * self.step / 1000:.2f}" for i in range(count)]


@functools.cache
def bands(bins, length, rate):
    """The weights of a spectrum in mel bands: float32 [length / 2 + 1, bins]."""
    import tensorflow as tf

    matrix = tf.signal.linear_to_mel_weight_matrix(bins, length // 2 + 1, rate, 20.0, rate / 2)
    return matrix.numpy()
