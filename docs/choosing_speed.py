"""Which variant is fast, and on what: sections of the choosing page."""

import pandas as pd
from markup import table, wrapped
from row_values import linked, mean, ranked, rows_link, trained_per_second

from benchmarks.comparison import EVEN, decoded_per_second, machines, uneven_load


def speeds(comparisons, families):
    """Who trains and decodes fastest, by the length of the sources, on what machine."""
    last = list(comparisons.values())[-1]
    longest = source_length(last)
    decoded = ranked(last, decoded_per_second, highest=True)
    trained = ranked(last, trained_per_second, highest=True)
    rows = [
        (
            linked(model, families),
            *(f"{mean(c.of(model), trained_per_second):,.0f}" for c in comparisons.values()),
            *(f"{mean(c.of(model), decoded_per_second):,.0f}" for c in comparisons.values()),
        )
        for model in last.models
    ]
    lengths = [f"at {source_length(comparison)}" for comparison in comparisons.values()]
    heads = [f"Training, tokens/s, {length}" for length in lengths]
    heads += [f"Decoding, sentences/s, {length}" for length in lengths]
    return [
        "## By speed",
        f"On one thread of {'; '.join(machines(last.rows))}{beside(comparisons)}, by the number of "
        f"source symbols. At {longest}, {linked(decoded[0][0], families)} decodes "
        f"{decoded[0][1] / decoded[-1][1]:.1f} times as many sentences per second as "
        f"{linked(decoded[-1][0], families)}, and {linked(trained[0][0], families)} trains on "
        f"{trained[0][1] / trained[-1][1]:.1f} times as many tokens per second as "
        f"{linked(trained[-1][0], families)} ({rows_link(Suite='speed')}).",
        wrapped(table(("Variant", *heads), rows, range(1, len(heads) + 1))),
    ]


def beside(comparisons):
    """Whether nothing else ran, by the matrix rates measured after the cells, in words."""
    rows = [row for comparison in comparisons.values() for row in comparison.rows]
    return ", with nothing else running" if uneven_load(rows) <= EVEN else ""


def source_length(comparison):
    """The number of symbols that all sources of a generated task have."""
    return comparison.rows[0]["settings"]["options"]["max_length"]


def latency(path, families):
    """How long one word waits for its answer, from what was measured."""
    rows = pd.read_csv(path)
    beams = sorted(rows["beam"].unique())
    by_beam = rows.pivot(index="model", columns="beam").sort_values(("p50_ms", beams[0]))
    columns = [(part, beam) for beam in beams for part in ("p50_ms", "p99_ms")]
    medians = by_beam["p50_ms", beams[0]]
    fastest, slowest = medians.min(), medians.max()
    names = {"p50_ms": "median", "p99_ms": "99th percentile"}
    heads = [
        f"{'Greedy' if beam == 1 else f'Beam of {beam}'}, {names[part]}" for part, beam in columns
    ]
    lines = [
        (linked(model.rpartition("-")[0], families), *(f"{row[column]:.1f}" for column in columns))
        for model, row in by_beam.iterrows()
    ]
    return [
        "## By latency",
        "Milliseconds until a word of spelling to phonemes is answered: "
        f"{rows['words'].iloc[0]} words, one per call, on one thread of "
        f"{rows['processor'].iloc[0]} (`python -m benchmarks probe latency`). "
        f"Greedily, the fastest takes {fastest:.1f} ms (median), the slowest {slowest:.1f} ms. [A "
        "service](../serving.md) adds the time of its protocol, and answers many clients at once. "
        "`results/latency.csv` has the figures.",
        wrapped(table(("Variant", *heads), lines, range(1, len(heads) + 1))),
    ]


def hardware(rows):
    """What is known of graphics cards."""
    cards = sorted({card for row in rows for card in row["hardware"]["gpus"]})
    if cards:
        known = f"Rows come from CPUs and from {', '.join(cards)}: "
        known += "compare speeds of the same machine only."
    else:
        known = (
            "All rows come from CPUs. Which variant is faster on a "
            "[graphics card](../gpu.md) has not been measured; `python -m benchmarks card` "
            "measures one."
        )
    return ["## By hardware", known]
