"""The page of decoding speed, rendered from its table."""

import numpy as np
import pandas as pd

from benchmarks.peers.table import distinct
from benchmarks.provenance import short

HEADER = (
    "model",
    "search",
    "batch",
    "peer",
    "zoo, sentences/s",
    "peer, sentences/s",
    "ratio",
    "equal outputs",
    "zoo, first",
    "peer, first",
    "break-even",
)
TEXT = """# Decoding against other libraries

{table}

Above 1, the zoo is faster. The ratio is the median of {rounds} rounds taken in turns, with their
range. "First" is the time of the first round, which loads and compiles. "Break-even" is the number
of sentences after which the zoo's total time is the shorter one.

The zoo searches one batch per core, side by side, if there are enough sources. "CTranslate2" gives
all cores to one batch after the other; with "one stream per core", each core decodes a batch of its
own. In batches of 1 the zoo also decodes one sentence after the other. "PyTorch loop" was written
for this comparison, as one does where no library has the model: it has `torch.nn.LSTM` and
`LSTMCell`, sorts sources by length and drops finished ones from their batch. KerasHub and Joey NMT
take part in greedy search only, because their beams follow other rules.

Measured on {cores} cores, {processor}, at commit {commit}; written by
`python -m benchmarks peers decoding`.
"""


def render(path):
    """Renders a decoding.csv as Markdown."""
    found = pd.read_csv(path)
    lines = [HEADER, ["---"] * len(HEADER), *map(cells, found.to_dict("records"))]
    return TEXT.format(
        table="\n".join(f"| {' | '.join(line)} |" for line in lines),
        rounds=distinct(found["rounds"]),
        cores=distinct(found["cores"]),
        processor=distinct(found["processor"]),
        commit=distinct(found["commit"].map(short)),
    )


def cells(row):
    """The cells of one row."""
    sentences = row["break_even_sentences"]
    span = f"{row['lowest_ratio']:.2f} to {row['highest_ratio']:.2f}"
    return [
        row["shape"],
        "greedy" if row["beam"] == 1 else f"beam {row['beam']}",
        str(row["batch"]),
        row["peer"],
        f"{row['zoo_sentences_per_second']:.0f}",
        f"{row['peer_sentences_per_second']:.0f}",
        f"**{row['ratio']:.2f}** ({span})",
        f"{row['equal_outputs']:.1%}",
        f"{row['zoo_first_seconds']:.0f} s",
        f"{row['peer_first_seconds']:.0f} s",
        "never" if np.isinf(sentences) else f"{sentences:,.0f}",
    ]
