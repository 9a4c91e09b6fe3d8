"""Errors that a user can fix. The command line prints their message and exits with status 2."""

import difflib
import math
from collections.abc import Iterable, Sequence
from typing import Any


class ZooError(ValueError):
    """A request that cannot be carried out. The message says what is wrong and what to do."""


FEW = 12  # names that are listed where none is like what was asked for


class UnknownName(ZooError, KeyError):
    """A name that is not in a registry or a list of choices. The message has the nearest names.

    Args:
        kind: what the name is of, such as "model".
        name: what was asked for.
        known: the names that there are.

    Attributes:
        nearest: up to three known names that are like it.
    """

    def __init__(self, kind: str, name: Any, known: Sequence[str]):
        self.kind = kind
        self.name = name
        known = [other for other in known if other != str(name)]  # no advice to write the same
        self.nearest = difflib.get_close_matches(str(name), known, n=3, cutoff=0.4)
        listed = ", ".join(self.nearest or sorted(known)[:FEW]) or "none"
        if not self.nearest and len(known) > FEW:
            listed += f" and {len(known) - FEW} more"
        hint = "nearest" if self.nearest else "known"
        super().__init__(f"unknown {kind} '{name}'; {hint}: {listed}")

    def __str__(self) -> str:  # KeyError would quote the message
        return self.args[0]


class TooLittleMemory(ZooError):
    """Something that takes more memory than this machine has."""


def check_positive(**values: Any) -> None:
    """Raises `ZooError` unless every value is a whole number above 0."""
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ZooError(f"{name} must be a whole number above 0, got {value!r}")


def check_least(least: float, **values: Any) -> None:
    """Raises `ZooError` unless every value is a finite number of at least `least`."""
    for name, value in values.items():
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not least <= value < math.inf:
            raise ZooError(f"{name} must be a number of at least {least}, got {value!r}")


def check_seed(seed: Any) -> None:
    """Raises `ZooError` unless a seed is a whole number from 0."""
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ZooError(f"seed must be a whole number from 0, got {seed!r}")


def check_fraction(**values: Any) -> None:
    """Raises `ZooError` unless every value is a number from 0 to below 1."""
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1:
            raise ZooError(f"{name} must be a number from 0 to below 1, got {value!r}")


def check_choice(choices: Iterable[Any], **values: Any) -> None:
    """Raises `UnknownName` unless every value is one of `choices`."""
    choices = tuple(choices)  # a mapping would need the value to be hashable
    for name, value in values.items():
        if value not in choices:
            raise UnknownName(name, value, [str(choice) for choice in choices])


def first_line(error: BaseException) -> str:
    """The first line of an error's message, or its class if it has no message."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
