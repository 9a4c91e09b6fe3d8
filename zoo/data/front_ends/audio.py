"""Recordings as samples: one channel, at one rate. libsndfile reads them (package soundfile)."""

import math
import pathlib
import struct

import numpy as np

from zoo.errors import ZooError, first_line

RECORDINGS = (".wav", ".flac", ".ogg", ".mp3")
# Programs that write a WAV to a pipe do not know its size, and write 0 or one from here on.
UNKNOWN_FROM = 0x7FFFF000


def read_audio(path, rate):
    """The samples of a recording.

    Args:
        path: `pathlib.Path`.
        rate: int, samples per second of the result. Another rate is resampled.

    Returns:
        float32 [N], the mean of all channels; full scale is 1.

    Raises:
        ZooError: the file is missing, empty, truncated or not a recording; or holds NaN.
    """
    sound, info = opened(path)
    try:
        samples, own_rate = sound.read(path, dtype="float32", always_2d=True)
    except (sound.LibsndfileError, OSError) as error:
        raise unreadable(path, error) from error
    if len(samples) < info.frames:
        raise ZooError(
            f"{path} is truncated: {len(samples):,} of {info.frames:,} samples are there"
        )
    if not np.isfinite(samples).all():
        raise ZooError(f"{path} has samples that are not finite numbers")
    return resampled(samples.mean(1), own_rate, rate)


def count_samples(path, rate):
    """How many samples `read_audio` gives, from the file's header. Raises what it raises."""
    _, info = opened(path)
    divisor = math.gcd(info.samplerate, rate)
    return -(-info.frames * (rate // divisor) // (info.samplerate // divisor))


def resampled(samples, own_rate, rate):
    """Samples float32 [N] at another rate, low-passed by a polyphase filter."""
    if own_rate == rate:
        return samples
    from scipy.signal import resample_poly

    divisor = math.gcd(own_rate, rate)
    return resample_poly(samples, rate // divisor, own_rate // divisor).astype("float32")


def opened(path):
    """The module soundfile, and what the header of a recording says."""
    try:
        import soundfile
    except ImportError:
        raise ZooError(
            f"{path} is read by the package soundfile: pip install 'seq2seq-zoo[audio]'"
        ) from None
    check_wav(path)
    try:
        info = soundfile.info(str(path))
    except (soundfile.LibsndfileError, OSError) as error:
        raise unreadable(path, error) from error
    if not info.frames:
        raise ZooError(f"{path} is an empty recording")
    return soundfile, info


def check_wav(path):
    """Raises `ZooError` for a file that is missing, or a WAV that ends before its header says."""
    if not pathlib.Path(path).is_file():
        raise ZooError(f"there is no file {path}")
    with open(path, "rb") as file:
        head = file.read(12)
    if len(head) == 12 and head[:4] == b"RIFF" and head[8:] == b"WAVE":
        (size,) = struct.unpack("<I", head[4:8])
        there = pathlib.Path(path).stat().st_size
        if 0 < size < UNKNOWN_FROM and size + 8 > there:
            raise ZooError(f"{path} is truncated: {there:,} of {size + 8:,} bytes are there")


def unreadable(path, error):
    """The `ZooError` of a file that libsndfile refuses."""
    reason = str(getattr(error, "error_string", "") or first_line(error)).rstrip(".")
    return ZooError(f"{path} is not a recording that can be read ({reason})")
