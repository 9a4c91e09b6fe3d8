"""How much a service takes on. What exceeds a limit is refused in one line, never queued."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from zoo.data.front_ends.front_end import FrontEnd
from zoo.errors import ZooError, check_positive

BATCH_SIZES = (1, 4, 16, 64)  # texts of a batch: each size is compiled once, so there are few
LONGEST_BATCH = BATCH_SIZES[-1]
LARGEST_BEAM = 10
LONGEST_TEXT = 10_000  # characters
LARGEST_BODY = 2**16  # bytes
LARGEST_DISCARDED = 2**26  # bytes of a body that is read to its end, only to answer the client
SECONDS_FOR_BODY = 10.0
LARGEST_CONNECTIONS = 4096


@dataclasses.dataclass(frozen=True)
class Limits:
    """What whoever starts a service may choose.

    Args:
        longest: the maximum number of tokens in a source. None takes what the model was trained on,
            or 256 if that is not known.
        queue: the maximum number of texts that wait for one model.

    Raises:
        ZooError: a limit is not a whole number above 0.
    """

    longest: int | None = None
    queue: int = 1024

    def __post_init__(self) -> None:
        check_positive(queue=self.queue)
        if self.longest is not None:
            check_positive(longest=self.longest)


def check_models(models: Mapping[str, Any]) -> None:
    """Raises `ZooError` for a model that reads files: clients would name any file of the machine.

    Args:
        models: text models by name.
    """
    for name, model in models.items():
        if isinstance(getattr(model, "source_tokenizer", None), FrontEnd):
            raise ZooError(
                f"{name} reads files of this machine, which a service must not open for its "
                "clients; use zoo generate"
            )
