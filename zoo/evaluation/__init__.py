"""Metrics by name, and scores by source length."""
