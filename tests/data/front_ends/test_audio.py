"""Recordings of every kind become samples; broken ones are one line with the file."""

import numpy as np
import pytest

from tests.data.front_ends.sounds import tone, write_sound
from zoo.data.front_ends.audio import count_samples, read_audio
from zoo.errors import ZooError


def test_two_channels_are_mixed_down(tmp_path):
    left, right = tone(), tone(pitch=200)
    path = write_sound(tmp_path / "a.wav", np.stack([left, right], 1))
    np.testing.assert_allclose(read_audio(path, 8000), (left + right) / 2, atol=1e-4)


def test_eight_bits_are_coarse_and_right(tmp_path):
    path = write_sound(tmp_path / "a.wav", tone(), width=1)
    np.testing.assert_allclose(read_audio(path, 8000), tone(), atol=0.02)


@pytest.mark.parametrize("rate", [4000, 8000, 16_000, 11_025])
def test_another_rate_keeps_the_tone(tmp_path, rate):
    path = write_sound(tmp_path / "a.wav", tone(0.5))
    found = read_audio(path, rate)
    assert len(found) == count_samples(path, rate) == round(0.5 * rate + 0.49)
    power = np.abs(np.fft.rfft(found))
    assert power.argmax() * rate / len(found) == pytest.approx(440, abs=5)
    assert np.abs(found[50:-50]).max() == pytest.approx(0.5, abs=0.02)


def test_flac_under_its_own_name(tmp_path):
    import soundfile

    soundfile.write(tmp_path / "a.flac", tone(), 8000)
    np.testing.assert_allclose(read_audio(tmp_path / "a.flac", 8000), tone(), atol=1e-4)


@pytest.mark.parametrize("rate", [8000, 16_000])
def test_broken_recordings_are_named(tmp_path, rate):
    whole = write_sound(tmp_path / "whole.wav", tone()).read_bytes()
    broken = {
        "short.wav": (whole[:-100], "is truncated: 4,744 of 4,844 bytes"),
        "picture.wav": (b"\x89PNG\r\n\x1a\n" + bytes(100), "is not a recording that can be read"),
        "nothing.wav": (b"", "is not a recording that can be read"),
        "head.wav": (whole[:20], "is truncated"),
    }
    for name, (data, message) in broken.items():
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(ZooError, match=message) as error:
            read_audio(path, rate)
        assert str(path) in str(error.value) and "\n" not in str(error.value)
    with pytest.raises(ZooError, match="no file .*absent.wav"):
        read_audio(tmp_path / "absent.wav", rate)
    empty = write_sound(tmp_path / "empty.wav", np.zeros(0))
    with pytest.raises(ZooError, match="empty.wav is an empty recording"):
        read_audio(empty, rate)


def test_numbers_that_are_not_finite_are_refused(tmp_path):
    import soundfile

    samples = tone()
    samples[7] = np.nan
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="FLOAT")
    with pytest.raises(ZooError, match="a.wav has samples that are not finite"):
        read_audio(tmp_path / "a.wav", 8000)


@pytest.mark.parametrize("size", [0x7FFFF024, 0xFFFFFFFF])
def test_a_recording_that_was_written_to_a_pipe_does_not_know_its_size(tmp_path, size):
    data = bytearray(write_sound(tmp_path / "a.wav", tone()).read_bytes())
    data[4:8] = data[40:44] = size.to_bytes(4, "little")  # of the file, and of its samples
    (tmp_path / "a.wav").write_bytes(data)
    np.testing.assert_allclose(read_audio(tmp_path / "a.wav", 8000), tone(), atol=1e-4)
