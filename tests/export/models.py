"""Small models with a tokenizer, and texts for them."""

import functools
import random

import zoo
from tests.contract.conftest import SMALLEST, half, make
from zoo.data.tokenizers import SymbolTokenizer

LETTERS = SymbolTokenizer("abcdefghijklmnop", separator="")
LENGTH = 7  # the maximum number of tokens in an output
FAMILIES = SMALLEST


@functools.cache
def text_model(name, **overrides):
    """A text model of random weights; its texts are words of the letters a to p."""
    model = make(name, vocabulary=LETTERS.size, noise=0.4, **overrides)
    return zoo.TextModel(model, LETTERS, LETTERS, longest_target=LENGTH)


def shallow(name):
    """`text_model` with half of its layers, for what takes long to trace: layers trace alike."""
    return text_model(name, **half(name))


def words(count, longest=9):
    """Words of 1 to `longest` letters."""
    rng = random.Random(0)
    return [
        "".join(rng.choices("abcdefghijklmnop", k=rng.randint(1, longest))) for _ in range(count)
    ]


def best(found):
    """The best output of each text."""
    return [outputs[0] for outputs in found]
