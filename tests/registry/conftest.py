"""A small model that tests register from outside the package, and forget."""

import pytest

import zoo
from zoo import registry

PAPER = zoo.Paper("Nobody", "Nothing", 2026, "https://example.org")


def declare(name="echo", module=None, sizes=("nano",)):
    """Registers a small model from outside the package, and returns its class."""
    from zoo.models.lstm_seq2seq import LSTMSeq2Seq

    class Echo(LSTMSeq2Seq):
        """A model of this test."""

    Echo.__module__ = module or __name__
    options = dict(paper=PAPER, encoder="e", decoder="d", attention="none", expect="nothing")
    return zoo.register_model(
        name, sizes={s: zoo.Size((8, 9), units=4, depth=1) for s in sizes}, **options
    )(Echo)


@pytest.fixture
def restored(monkeypatch):
    """Forgets what a test registers."""
    registry.models.names()
    monkeypatch.setattr(registry.models, "_entries", dict(registry.models._entries))
