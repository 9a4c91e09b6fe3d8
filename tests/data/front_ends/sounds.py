"""Small recordings for tests."""

import wave

import numpy as np


def tone(seconds=0.3, rate=8000, pitch=440.0, loudness=0.5):
    """A sine: float32 [N]."""
    return (loudness * np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)).astype(
        "float32"
    )


def write_sound(path, samples, rate=8000, width=2):
    """Writes float samples [N], or [N, channels], as a WAV of `width` bytes per sample."""
    samples = np.asarray(samples)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        if width == 1:
            file.writeframes((samples * 127 + 128).astype("uint8").tobytes())
        else:
            file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path
