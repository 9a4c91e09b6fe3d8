"""Traces that many tests look at, made once."""

import functools

from zoo.inspection.abstract import abstract_model
from zoo.inspection.trace import trace


@functools.cache
def traced(name):
    """A trace of a model with 3 sources of 9 tokens and targets of 7."""
    return trace(abstract_model(name), 3, 9, 7)
