"""Log-mel frames: their number, their band, and what does not change them."""

import numpy as np
import pytest

from tests.data.front_ends.sounds import tone, write_sound
from zoo.data.front_ends.log_mel import LogMel, bands
from zoo.errors import ZooError


@pytest.mark.parametrize("seconds", [0.001, 0.025, 0.3, 0.302])
@pytest.mark.parametrize("stack", [1, 4])
def test_a_length_is_known_before_the_recording_is_read(tmp_path, seconds, stack):
    path = write_sound(tmp_path / "a.wav", tone(seconds))
    front_end = LogMel(rate=16_000, stack=stack)
    frames = front_end.encode(str(path))
    assert frames.dtype == "float32"
    assert frames.shape == (front_end.length(str(path)), front_end.features)
    assert len(frames) == -(-(1 + max(0, int(1000 * seconds) - 25) // 10) // stack)


def test_a_higher_tone_is_in_a_higher_band():
    front_end = LogMel(rate=8000, bins=40, stack=1)
    loudest = [front_end.frames(tone(pitch=p)).mean(0).argmax() for p in (150, 400, 1000, 3000)]
    assert loudest == sorted(set(loudest))


def test_no_band_is_empty():
    for rate, bins in ((8000, 40), (16_000, 80)):
        length = 2 * (1 << (rate * 25 // 1000 - 1).bit_length())
        assert (bands(bins, length, rate).sum(0) > 0).all()


def test_loudness_does_not_matter():
    front_end = LogMel(rate=8000, bins=40)
    noise = np.random.default_rng(0).normal(size=4000).astype("float32")
    np.testing.assert_allclose(
        front_end.frames(0.01 * noise), front_end.frames(noise), rtol=1e-3, atol=1e-3
    )
    silence = front_end.frames(np.zeros(4000, "float32"))
    assert np.isfinite(silence).all()


def test_stacked_frames_are_the_frames_in_a_row():
    noise = np.random.default_rng(0).normal(size=4000).astype("float32")
    single, stacked = (LogMel(rate=8000, bins=40, stack=k).frames(noise) for k in (1, 3))
    missing = -len(single) % 3
    padded = np.pad(single, ((0, missing), (0, 0)))
    np.testing.assert_array_equal(stacked, padded.reshape(-1, 120))


def test_the_wave_is_that_of_the_recording(tmp_path):
    path = write_sound(tmp_path / "a.wav", tone(0.3))
    wave = LogMel(rate=8000).wave(str(path))
    np.testing.assert_allclose(wave, tone(0.3), atol=1e-3)


def test_settings_survive_a_round_trip():
    front_end = LogMel(rate=8000, bins=40, stack=3)
    again = LogMel.from_config(front_end.get_config())
    assert again.get_config() == front_end.get_config() and again.features == 120
    assert again.digest == front_end.digest != LogMel(rate=8000, bins=40).digest
    assert front_end.labels(3) == ["0.00", "0.03", "0.06"]


@pytest.mark.parametrize("options", [{"stack": 0}, {"bins": -1}, {"rate": 50}])
def test_settings_out_of_range(options):
    with pytest.raises(ZooError):
        LogMel(**options)
