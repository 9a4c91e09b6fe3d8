"""Pictures of lines as frames: columns of pixels from left to right. Pillow reads them."""

import numpy as np

from zoo.data.front_ends.front_end import FrontEnd
from zoo.errors import ZooError, check_positive, first_line

PIXELS = 64 * 2**20  # of the largest picture, as it is and as it is scaled


class PixelColumns(FrontEnd):
    """Columns of a picture of one line, scaled to one height; dark is 1 and white 0.

    A turn in the metadata of the picture is carried out, and transparent parts are white.

    Args:
        height: int, pixels to which the picture is scaled.
        stack: int, columns that become one frame.
    """

    suffixes = (".png", ".jpg", ".jpeg")
    FIELDS = {"height": int, "stack": int}

    def __init__(self, height=48, stack=2):
        super().__init__()
        check_positive(height=height, stack=stack)
        self.height, self.stack = height, stack

    @property
    def features(self):
        return self.height * self.stack

    def settings(self):
        return {"height": self.height, "stack": self.stack}

    def length(self, source):
        path = self.path(source)
        return self.frames_of(*self.read(path, lambda picture: picture.size))

    def frames_of(self, width, height):
        """int, how many frames a picture of a size in pixels makes."""
        return -(-self.scaled(width, height) // self.stack)

    def scaled(self, width, height):
        """int, the width in pixels once the picture has its height."""
        return max(1, round(width * self.height / height))

    def compute(self, path):
        ink = self.read(path, self.ink)
        ink = np.pad(ink, ((0, -len(ink) % self.stack), (0, 0)))
        return ink.reshape(-1, self.features)

    def read(self, path, function):
        """What a function finds in a picture.

        Raises:
            ZooError: any error of `read_picture`; or the picture is too wide at its height.
        """

        def found(picture):
            width = self.scaled(*picture.size)
            if width * self.height > PIXELS:
                raise ZooError(
                    f"{path} has {picture.width} x {picture.height} pixels, which become {width} x "
                    f"{self.height}, too many; cut it into parts"
                )
            return function(picture)

        return read_picture(path, found)

    def picture(self, frames):
        return frames.reshape(-1, self.height).T

    def ink(self, picture):
        """How dark each pixel is: float32 [width, height], from 0 to 1."""
        size = self.scaled(*picture.size), self.height
        return 1 - np.asarray(picture.resize(size), "float32").T / 255


def read_picture(path, function):
    """`function` of a grey picture, upright and on white.

    Raises:
        ZooError: the file is broken, not a picture, or has more than `PIXELS` pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > PIXELS:
                raise ZooError(f"{path} has {picture.width} x {picture.height} pixels, too many")
            upright = eight_bits(ImageOps.exif_transpose(picture)).convert("RGBA")
    except ZooError:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
    ) as error:
        raise ZooError(f"{path} is not a picture that can be read ({first_line(error)})") from error
    white = Image.new("RGBA", upright.size, "white")
    return function(Image.alpha_composite(white, upright).convert("L"))


def eight_bits(picture):
    """A picture of at most 8 bits per pixel and colour; Pillow would cut off what is above."""
    from PIL import Image

    if not picture.mode.startswith("I"):  # "I;16", or "I" with some versions: 16-bit grey
        return picture
    grey = np.asarray(picture, "float32") / 257
    return Image.fromarray(np.clip(grey, 0, 255).round().astype("uint8"))
