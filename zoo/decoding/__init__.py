"""Greedy and beam search, written once against the contract, and the loop over many sources."""

from zoo.decoding.generate import generate
from zoo.decoding.strategies import Beam, Greedy, Hypotheses

__all__ = ["Beam", "Greedy", "Hypotheses", "generate"]
