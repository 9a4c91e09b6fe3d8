"""The table of a model's cost."""

from zoo.inspection.abstract import abstract_model
from zoo.inspection.cost import cost_table
from zoo.inspection.trace import trace


def test_every_row_says_what_it_counts_and_only_some_grow_with_the_batch():
    small, large = (cost_table(trace(abstract_model("lstm_seq2seq_nano"), n, 9, 7)) for n in (1, 4))
    assert all(name and figure and counted for name, figure, counted in small)
    changed = {a[0] for a, b in zip(small, large, strict=True) if a[1] != b[1]}
    assert changed == {"decoding state", "activations"}
    figures = {name: figure for name, figure, _ in small}
    assert figures["FLOPs per source token"] == "8,192"  # two layers of 2 (16 + 16) 4 16
    assert figures["training state"].endswith("KiB") and figures["weights"].endswith("KiB")
