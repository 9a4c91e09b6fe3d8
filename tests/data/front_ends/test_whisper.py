"""Whisper's log-mel frames: those of transformers, and recordings that are too long."""

import numpy as np
import pytest
import transformers

from tests.data.front_ends.sounds import tone, write_sound
from zoo.data.front_ends.whisper import WhisperLogMel
from zoo.data.tokenizers import tokenizer_from_config
from zoo.errors import ZooError


@pytest.mark.parametrize("bins", [80, 128])
@pytest.mark.parametrize("seconds", [0.01, 1.234, 3])
def test_frames_are_those_of_transformers(bins, seconds):
    samples = np.random.default_rng(0).normal(size=int(16_000 * seconds)).astype("float32") * 0.1
    extract = transformers.WhisperFeatureExtractor(feature_size=bins, chunk_length=3)
    expected = extract(samples, sampling_rate=16_000, return_tensors="np")["input_features"][0].T
    found = WhisperLogMel(bins, 3).frames(samples)
    assert found.shape == (300, bins) and found.dtype == "float32"
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert expected.std() > 0.05


def test_a_recording_is_padded_with_silence(tmp_path):
    path = write_sound(tmp_path / "a.wav", tone(0.3))
    front_end = WhisperLogMel(80, 2)
    frames = front_end.encode(str(path))
    assert frames.shape == (front_end.length(str(path)), front_end.features) == (200, 80)
    assert np.ptp(frames[40:]) == 0 and frames[:30].max() > frames[40:].max()
    assert front_end.labels(3) == ["0.00", "0.01", "0.02"]
    assert front_end.picture(frames).shape == (80, 200)


def test_a_recording_that_is_too_long(tmp_path):
    path = write_sound(tmp_path / "a.wav", tone(2.5))
    for method in ("encode", "length"):
        with pytest.raises(ZooError, match=r"a\.wav is 2\.5 s long, and at most 2 s are read"):
            getattr(WhisperLogMel(80, 2), method)(str(path))


def test_config_round_trips():
    config = WhisperLogMel(128, 20).get_config()
    assert tokenizer_from_config(config).get_config() == config
