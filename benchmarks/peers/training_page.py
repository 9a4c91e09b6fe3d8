"""The page of training speed, rendered from its table."""

import pandas as pd

from benchmarks.peers.table import distinct
from benchmarks.provenance import short

HEADER = (
    "model",
    "peer",
    "zoo, tokens/s",
    "peer, tokens/s",
    "ratio",
    "of the matrix rate",
    "padding",
    "making batches",
    "zoo, first",
    "peer, first",
    "measured on, at commit",
)
TEXT = """# Training against PyTorch

{table}

Target tokens per second without padding, in float32 unless a row says otherwise. Above 1, the zoo
is faster. The ratio is the median of {rounds} rounds taken in turns, with their range. Both
libraries train on the same batches of Multi30k, English to German (CMUdict for the spelling model),
with Adam, label smoothing and clipping. The zoo pads a batch to the shape that it was compiled for,
PyTorch to its longest sentence.

"Of the matrix rate" is the share of the time that the zoo's matrix products, padding included,
would take if each ran as fast as the largest ones do in float32. "Making batches" is the share of
the time that the input pipeline takes. "First" is the first round, which loads and compiles.

Measured on {cores} cores; written by `python -m benchmarks peers training`.
"""


def render(path):
    """Renders a training.csv as Markdown."""
    found = pd.read_csv(path)
    lines = [HEADER, ["---"] * len(HEADER), *map(cells, found.to_dict("records"))]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return TEXT.format(
        table=table, rounds=distinct(found["rounds"]), cores=distinct(found["cores"])
    )


def cells(row):
    """The cells of one row."""
    span = f"{row['lowest_ratio']:.2f} to {row['highest_ratio']:.2f}"
    return [
        row["shape"],
        row["peer"],
        f"{row['zoo_tokens_per_second']:,.0f}",
        f"{row['peer_tokens_per_second']:,.0f}",
        f"**{row['ratio']:.2f}** ({span})",
        f"{row['matrix_share']:.0%}",
        f"{row['padding']:.0%}",
        f"{row['pipeline_share']:.1%}",
        f"{row['zoo_first_seconds']:.0f} s",
        f"{row['peer_first_seconds']:.0f} s",
        f"{row['processor']}, {short(row['commit'])}",
    ]
