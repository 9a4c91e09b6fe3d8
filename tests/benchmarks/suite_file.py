"""A suite file that fits, for tests to change."""

GOOD = """
title = "T"
models = ["t5_nano", "transformer_nano"]
seeds = [0, 1]
threads = 1
decoders = { beam = { size = 2 } }
[tasks.reverse]
options = { symbols = 5 }
recipe = { epochs = 2 }
length_edges = [1, 21]
"""
