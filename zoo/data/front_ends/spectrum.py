"""The power spectrum of a recording, window by window."""

import numpy as np

BLOCK = 10_000  # windows that are transformed at once


def power_spectrum(samples, window, step, length):
    """The power of each tone in windows that move along a recording, under a Hann window.

    Args:
        samples: [N], at least `window` of them.
        window, step: int, samples in a window, and between the starts of two.
        length: int, samples of the Fourier transform, at least `window`; the rest are zeros.

    Returns:
        float64 [1 + (N - window) // step, length / 2 + 1].
    """
    samples = np.asarray(samples, "float64")
    windows = np.lib.stride_tricks.sliding_window_view(samples, window)[::step]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    power = np.empty((len(windows), length // 2 + 1))
    for start in range(0, len(windows), BLOCK):  # the windows of an hour would take gigabytes
        block = windows[start : start + BLOCK] * hann
        power[start : start + BLOCK] = np.abs(np.fft.rfft(block, length)) ** 2
    return power
