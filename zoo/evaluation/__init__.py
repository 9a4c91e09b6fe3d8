"""Scores of a model on a split: metrics by name, by source length, and attention maps."""
