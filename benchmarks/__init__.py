"""Benchmarks: suites of cells (model x task x seed), one process per cell, rendered from rows."""
