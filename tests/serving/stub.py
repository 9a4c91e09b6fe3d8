"""A text model that answers at once, and notes what it was asked together."""

import threading
import types

import numpy as np

from zoo.errors import ZooError


class Symbols:
    """A tokenizer of the words a to e, from id 4 on."""

    size = 9

    def encode(self, text):
        return [*range(len(text.split())), 2]

    def decode(self, ids):
        return " ".join("abcde"[i - 4] for i in ids)


class Stub:
    """Writes the words of its source in reversed order; every further hypothesis lacks a word more.

    Attributes:
        batches: list of (texts, decoding), one per call of `generate`.
        open: event; while it is not set, `generate` waits.
        entered: event that is set when `generate` begins.
    """

    longest_source, source_tokenizer, target_tokenizer = 6, Symbols(), Symbols()

    def __init__(self, attentive=True):
        self.label = "/home/someone/runs/secret"
        self.model = types.SimpleNamespace(attentive=attentive, weights=[np.zeros((3, 4))])
        self.batches = []
        self.open, self.entered = threading.Event(), threading.Event()
        self.open.set()

    def encode(self, text, longest=None):
        words = text.split()
        if not words:
            raise ZooError("the source is empty")
        if unknown := [word for word in words if word not in "abcde"]:
            raise ZooError(f"{unknown[0]!r} is not in the vocabulary of {self.label}")
        if len(words) >= longest:
            raise ZooError(f"{len(words) + 1} tokens, and at most {longest} are allowed")
        return [4 + "abcde".index(word) for word in words] + [2]

    def max_length(self, decoding):
        return 8

    def generate(self, texts, decoding):
        self.batches.append((texts, decoding))
        self.entered.set()
        assert self.open.wait(20)
        count = getattr(decoding.strategy, "size", 1)
        words = [text.split()[::-1] for text in texts]
        return [[(" ".join(w[i:]), -float(i)) for i in range(count)] for w in words]

    def align(self, text, output, longest):
        source = [*text.split(), "</s>"]
        output = " ".join(text.split()[::-1]) if output is None else output
        target = [*output.split(), "</s>"]
        weights = np.full((len(target), len(source)), 0.1 / len(source))
        for row, word in zip(weights, target):
            row[source.index(word) if word in source else 0] += 0.9
        return source, target, weights

    def score(self, pairs, longest):
        if any("x" in output for _, output in pairs):
            raise ZooError("'x' is not in the vocabulary")
        score = types.SimpleNamespace(log_probability=-1.5, tokens=[-1.0, -0.5])
        return [score for _ in pairs]
