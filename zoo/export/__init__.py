"""Trained models on their way out: text models written in the formats of other programs."""

from zoo.export.formats import FORMATS, export

__all__ = ["FORMATS", "export"]
