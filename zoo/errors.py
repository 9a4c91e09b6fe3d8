"""The errors a user can mend. The command line prints their message on one line and exits with status 2."""

import difflib


class ZooError(ValueError):
    """Something the caller asked for cannot be done; the message says what is wrong and what to do."""


class UnknownName(ZooError, KeyError):
    """A name that is not in a registry or a list of choices. The message holds the nearest names."""

    def __init__(self, kind, name, known):
        self.kind, self.name, self.nearest = (
            kind,
            name,
            difflib.get_close_matches(str(name), known, n=3, cutoff=0.4),
        )
        listed = ", ".join(self.nearest or sorted(known)[:12]) or "none"
        hint = "nearest" if self.nearest else "known"
        super().__init__(f"unknown {kind} '{name}'; {hint}: {listed}")

    def __str__(self):  # KeyError would quote the message
        return self.args[0]


def check_positive(**values):
    """Raises `ZooError` unless every value is a whole number above zero."""
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ZooError(f"{name} must be a whole number above 0, got {value!r}")


def check_fraction(**values):
    """Raises `ZooError` unless every value is a number in [0, 1)."""
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1:
            raise ZooError(f"{name} must be a number from 0 to below 1, got {value!r}")


def check_choice(choices, **values):
    """Raises `UnknownName` unless every value is one of `choices`."""
    for name, value in values.items():
        if value not in tuple(choices):  # a mapping would ask for its hash
            raise UnknownName(name, value, [str(choice) for choice in choices])


def first_line(error):
    """The first line of an error's message, or its class where it has none."""
    return [*str(error).strip().splitlines(), type(error).__name__][0]
