"""Strategies of decoding, and the loops over many sources and pairs."""

from zoo.decoding.beam import Beam
from zoo.decoding.constraints import Constraints
from zoo.decoding.ensemble import Ensemble
from zoo.decoding.generate import generate, stream
from zoo.decoding.greedy import Greedy
from zoo.decoding.hypotheses import Hypotheses
from zoo.decoding.sample import Sample
from zoo.decoding.score import score

__all__ = [
    "Beam",
    "Constraints",
    "Ensemble",
    "Greedy",
    "Hypotheses",
    "Sample",
    "generate",
    "score",
    "stream",
]
