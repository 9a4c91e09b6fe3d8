"""The power spectrum of a recording, window by window."""

import numpy as np


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
    return np.abs(np.fft.rfft(windows * hann, length)) ** 2
