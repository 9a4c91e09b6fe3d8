"""Pictures of lines: columns from left to right, whatever the file holds."""

import numpy as np
import pytest
from PIL import Image

from zoo.data.front_ends import pictures
from zoo.data.front_ends.pictures import PixelColumns
from zoo.errors import ZooError


def bar(path, mode="L", **options):
    """A white picture of 40 x 20 pixels with a dark bar in its left quarter."""
    pixels = np.full((20, 40), 255, "uint8")
    pixels[:, :10] = 0
    Image.fromarray(pixels).convert(mode).save(path, **options)
    return str(path)


def test_columns_go_from_left_to_right(tmp_path):
    front_end = PixelColumns(height=10, stack=2)
    frames = front_end.encode(bar(tmp_path / "a.png"))
    assert frames.shape == (10, 20) == (front_end.length(str(tmp_path / "a.png")), 20)
    assert frames[:2].min() > 0.9 and frames[3:].max() < 0.1


def test_a_turn_in_the_metadata_is_carried_out(tmp_path):
    turned = Image.Exif()
    turned[0x0112] = 3  # upside down
    frames = PixelColumns(10, 2).encode(bar(tmp_path / "a.jpg", exif=turned, quality=95))
    assert frames[8:].min() > 0.8 and frames[:7].max() < 0.2


def test_sixteen_bits_of_grey_are_the_same_grey(tmp_path):
    ramp = np.linspace(0, 255, 40).astype("uint8")[None].repeat(20, 0)
    Image.fromarray(ramp).save(tmp_path / "8.png")
    Image.fromarray(ramp.astype("uint16") * 257).save(tmp_path / "16.png")
    eight, sixteen = (PixelColumns(10, 2).encode(str(tmp_path / f"{n}.png")) for n in (8, 16))
    np.testing.assert_array_equal(eight, sixteen)


def test_transparent_is_white(tmp_path):
    Image.new("RGBA", (8, 4), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert not PixelColumns(4, 1).encode(str(tmp_path / "a.png")).any()


def test_broken_and_huge_pictures_are_named(tmp_path, monkeypatch):
    whole = open(bar(tmp_path / "a.png"), "rb").read()
    for name, data in (("half.png", whole[:60]), ("text.png", b"a"), ("none.png", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ZooError, match=f"{name} is not a picture that can be read"):
            PixelColumns().encode(str(tmp_path / name))
    monkeypatch.setattr(pictures, "PIXELS", 100)
    with pytest.raises(ZooError, match="a.png has 40 x 20 pixels, too many"):
        PixelColumns().encode(str(tmp_path / "a.png"))


def test_a_flat_picture_that_becomes_huge_is_refused(tmp_path, monkeypatch):
    Image.new("L", (400, 2)).save(tmp_path / "flat.png")
    monkeypatch.setattr(pictures, "PIXELS", 1000)
    front_end = PixelColumns(height=10)
    for read in (front_end.length, front_end.encode):
        with pytest.raises(
            ZooError, match="flat.png has 400 x 2 pixels, which become 2000 x 10, too many"
        ):
            read(str(tmp_path / "flat.png"))
