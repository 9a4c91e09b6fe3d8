"""Arrays in a file."""

import errno
import io
import tempfile

import numpy as np
import pytest

from zoo.data.packed import CHUNK, Packed


def test_arrays_come_back():
    arrays = [[1, 2, 3], [], [7], range(5)]
    packed = Packed(iter(arrays))
    assert [x.tolist() for x in packed] == [
        list(x) for x in arrays
    ] and packed.lengths.tolist() == [3, 0, 1, 5]
    assert packed[-1].tolist() == [0, 1, 2, 3, 4] and packed[0].dtype == np.int32
    with pytest.raises(IndexError):
        packed[4]


def test_bytes_come_back():
    assert [x.tobytes() for x in Packed([b"abc", b"", "ü".encode()], "uint8")] == [
        b"abc",
        b"",
        "ü".encode(),
    ]


@pytest.mark.parametrize("arrays", [[], [[]], [[], []]])
def test_nothing(arrays):
    packed = Packed(arrays)
    assert len(packed) == len(arrays) and all(x.tolist() == [] for x in packed)


def test_more_than_a_chunk():
    packed = Packed([i] * (i % 3) for i in range(2 * CHUNK + 5))
    assert len(packed) == 2 * CHUNK + 5 and packed[2 * CHUNK + 3].tolist() == [2 * CHUNK + 3] * (
        (2 * CHUNK + 3) % 3
    )


def test_parts_share_the_file():
    packed = Packed([[i] for i in range(6)])
    assert [x.tolist() for x in packed[1::2]] == [[1], [3], [5]]
    assert [x.tolist() for x in packed.take([4, 0, 0])] == [[4], [0], [0]]
    assert [x.tolist() for x in packed[1::2].take(np.array([2]))] == [[5]]


def test_rows_are_padded_on_the_right():
    packed = Packed([[1, 2], [3], [], [4, 5, 6]])
    assert packed.padded([3, 1, 2, 3], 4).tolist() == [
        [4, 5, 6, 0],
        [3, 0, 0, 0],
        [0] * 4,
        [4, 5, 6, 0],
    ]
    assert packed.padded([], 4).shape == (0, 4)


def test_arrays_are_not_to_be_written():
    with pytest.raises(ValueError, match="read-only"):
        Packed([[1]])[0][0] = 2


def test_a_full_disk_names_the_folder(monkeypatch):
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    with pytest.raises(OSError, match="No space left") as raised:
        Packed([[1]])
    assert raised.value.filename == tempfile.gettempdir()
