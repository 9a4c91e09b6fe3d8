"""Recordings as Whisper reads them: log-mel frames, padded to 30 seconds of silence."""

import functools

import numpy as np

from zoo.data.front_ends.audio import RECORDINGS, count_samples, read_audio
from zoo.data.front_ends.front_end import FrontEnd
from zoo.data.front_ends.spectrum import power_spectrum
from zoo.errors import ZooError, check_positive

RATE, STEP, WINDOW = 16_000, 160, 400  # samples per second, between frames, and of a frame
LOUDEST, FLOOR = 8.0, 1e-10  # powers of ten below the loudest number that are kept


class WhisperLogMel(FrontEnd):
    """Log-mel frames of a recording and the silence after it: as many for each, 100 per second.

    Radford et al. 2022, https://arxiv.org/abs/2212.04356, section 2.2, and the released code: a
    Hann window of 25 ms in steps of 10 ms, bands of equal area on Slaney's mel scale, the logarithm
    of their power, cut at 80 dB below the loudest, plus 4, over 4.

    Args:
        bins: int, bands, F.
        seconds: int, how long a recording may be.

    Raises:
        ZooError: `encode` and `length` refuse a longer recording.
    """

    suffixes = RECORDINGS
    FIELDS = {"bins": int, "seconds": int}

    def __init__(self, bins=80, seconds=30):
        super().__init__()
        check_positive(bins=bins, seconds=seconds)
        self.bins, self.seconds = bins, seconds

    @property
    def features(self):
        return self.bins

    def settings(self):
        return {"bins": self.bins, "seconds": self.seconds}

    def length(self, source):
        path = self.path(source)
        self.check(count_samples(path, RATE), path)
        return self.seconds * RATE // STEP

    def check(self, samples, path):
        """Raises `ZooError` if there are too many samples."""
        if samples > self.seconds * RATE:
            raise ZooError(
                f"{path} is {samples / RATE:.1f} s long, and at most {self.seconds} s are read at "
                "once; cut it into parts"
            )

    def compute(self, path):
        samples = read_audio(path, RATE)
        self.check(len(samples), path)
        return self.frames(samples)

    def frames(self, samples):
        """Samples float32 [N] at 16,000 per second -> float32 [100 seconds, F]."""
        samples = np.pad(samples, (0, self.seconds * RATE - len(samples)))
        samples = np.pad(samples, WINDOW // 2, mode="reflect")
        power = power_spectrum(samples, WINDOW, STEP, WINDOW)[:-1]
        mel = np.log10(np.maximum(power @ slaney_bands(self.bins), FLOOR))
        return ((np.maximum(mel, mel.max() - LOUDEST) + 4) / 4).astype("float32")

    def picture(self, frames):
        return frames.T[::-1]  # low tones below

    def wave(self, source):
        samples = read_audio(self.path(source), RATE)
        return np.pad(samples, (0, self.seconds * RATE - len(samples)))

    def labels(self, count):
        return [f"{i * STEP / RATE:.2f}" for i in range(count)]


@functools.cache
def slaney_bands(bins):
    """The weights of a spectrum in triangular bands of equal area: float64 [WINDOW / 2 + 1, bins].

    Slaney's scale ("Auditory Toolbox", 1998) is linear up to 1,000 Hz, with 15 mel there, and
    logarithmic above, where 27 mel make a factor of 6.4.
    """
    steps = np.log(6.4) / 27
    most = 15 + np.log(RATE / 2 / 1000) / steps
    mel = np.linspace(0, most, bins + 2)
    edges = np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(steps * (mel - 15)))
    tones = np.linspace(0, RATE / 2, WINDOW // 2 + 1)[:, None]
    width = np.diff(edges)
    rising = (tones - edges[:-2]) / width[:-1]
    falling = (edges[2:] - tones) / width[1:]
    return np.maximum(0, np.minimum(rising, falling)) * 2 / (edges[2:] - edges[:-2])
