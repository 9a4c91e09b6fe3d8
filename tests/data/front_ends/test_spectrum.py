"""The power spectrum of a recording."""

import numpy as np
import tensorflow as tf

from tests.data.front_ends.sounds import tone
from zoo.data.front_ends import spectrum
from zoo.data.front_ends.spectrum import power_spectrum


def test_equals_tensorflows_stft():
    samples = tone(0.2, 16_000) + 0.1 * np.random.default_rng(0).standard_normal(3200)
    expected = np.abs(tf.signal.stft(samples, 400, 160, 1024).numpy()) ** 2
    found = power_spectrum(samples, 400, 160, 1024)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9 * expected.max())


def test_a_tone_is_loudest_in_its_own_bin():
    found = power_spectrum(tone(0.5, 8000, 1000.0), 200, 80, 200)
    assert set(found.argmax(1)) == {25}  # of 40 Hz each


def test_blocks_change_no_bit(monkeypatch):
    samples = tone(0.5, 8000) + np.random.default_rng(0).standard_normal(4000)
    whole = power_spectrum(samples, 200, 80, 512)
    monkeypatch.setattr(spectrum, "BLOCK", 7)
    np.testing.assert_array_equal(power_spectrum(samples, 200, 80, 512), whole)
