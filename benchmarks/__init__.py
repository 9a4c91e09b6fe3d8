"""Comparison tables: suites of cells (model x task x seed), run one by one in processes of their own, rendered from rows."""
