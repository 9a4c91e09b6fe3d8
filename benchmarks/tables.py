"""Tables of benchmark rows: one line per cell for machines, one line per variant for readers."""

import numpy as np
import pandas as pd

from benchmarks.cell import registered_name
from benchmarks.comparison import (
    Comparison,
    machine,
    machines,
    metric_of,
    models_of,
    scores_of,
    unit,
)
from benchmarks.labels import change, metric_header, named
from benchmarks.yardsticks import baseline_score, mark, read_baselines

WORDS = (  # headers of columns that start at the left
    *("Variant", "Change", "Attention", "Optimizer", "Machine"),
    *("Task", "Metric", "Published", "Source", "Reference", "Output", "By"),
    *("Suite", "What it compares", "Command"),
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def frame(rows) -> pd.DataFrame:
    """Rows as a table, one line per cell. Scores are columns such as `wrong_words_greedy`."""
    lines = []
    for row in rows:
        timing = row["timing"]
        line = {
            "model": row["model"],
            "task": row["task"],
            "seed": row["seed"],
            "encoder": row["card"]["encoder"],
            "decoder": row["card"]["decoder"],
            "attention": row["card"]["attention"],
            "parameters": row["parameters"],
        }
        for label, result in row["scores"].items():
            line |= {f"{name}_{label}": score["value"] for name, score in result["metrics"].items()}
        line["training_tokens_per_second"] = timing["training"]["tokens_per_second"]
        for label, decoding in timing["decoding"].items():
            line[f"decoding_sentences_per_second_{label}"] = decoding["sentences_per_second"]
        line |= {
            "minutes": timing["minutes"],
            "peak_memory_gib": timing["peak_memory_gib"],
            "target_tokens": row["target_tokens_seen"],
            "machine": machine(row),
            "commit": row["commit"],
        }
        lines.append(line)
    return pd.DataFrame(lines)


def as_markdown(table: pd.DataFrame) -> str:
    """A table as Markdown, with numbers at the right."""
    sides = ["left" if name in WORDS else "right" for name in table.columns]
    return table.to_markdown(index=False, disable_numparse=True, colalign=sides)


def spread(values, digits=1) -> str:
    """The mean as text, with the deviation if there are several values; "–" without values."""
    values = np.asarray(values, float)
    if not values.size:
        return "–"
    mean = f"{values.mean():,.{digits}f}"
    return mean if len(values) < 2 else f"{mean} ± {values.std(ddof=1):,.{digits}f}"


def digits(metric: str) -> int:
    """Decimals of a metric's scores."""
    return 3 if metric in ("perplexity", "mase") else 1


def quality_table(comparison: Comparison, metrics=()) -> pd.DataFrame:
    """What differs between the variants of a task, their sizes, and their scores.

    Args:
        comparison: of the rows of the task.
        metrics: names of those to show; all if empty.

    Returns:
        Text, one line per variant. The best score and its ties are bold where they are known, and
        what is no better than the baseline is marked †. Perplexities of several seeds have their
        geometric mean, since a single failure would outweigh all others.
    """
    columns = [column for column in comparison.columns if not metrics or column[1] in metrics]
    ties = {column: comparison.ties(column) for column in columns}
    settings, known = comparison.rows[0]["settings"], read_baselines()
    simple = {name: baseline_score(settings, name, known) for _, name in columns}
    plain = [model for model in comparison.models if model == registered_name(model)]
    mostly_changes = len(plain) <= len(comparison.models) / 2
    lines = []
    for model in comparison.models:
        rows = comparison.of(model)
        line = {"Variant": named(model)}
        if len(plain) < len(comparison.models):
            line["Variant"] = named(registered_name(model))
            line["Change"] = change(model, comparison.rows)
        for column in columns:
            decoder, name = column
            scores = scores_of(rows, column)
            text = spread(scores, digits(name))
            if name == "perplexity" and len(scores) > 1:
                text = f"{np.exp(np.log(scores).mean()):,.{digits(name)}f}"
            header = metric_header(name, "" if name == "perplexity" else decoder)
            line[header] = (f"**{text}**" if model in ties[column] else text) + mark(
                name, scores, simple[name]
            )
        line["Parameters"] = f"{rows[0]['parameters']:,}"
        if not mostly_changes:  # an override may change what the card says of the attention
            line["Attention"] = rows[0]["card"]["attention"] if model in plain else ""
        lines.append(line)
    return pd.DataFrame(lines)


def speed_table(rows: list[dict], where=()) -> pd.DataFrame:
    """Speeds, minutes and memory: one line per variant and machine, and never a mean over machines.

    Args:
        rows: of one task.
        where: the machines, in the order of their letters; those of the rows if empty.

    Returns:
        Text. Where there are several machines, a column has the letter of each.
    """
    letters = dict(zip(where or machines(rows), LETTERS))
    lines = []
    for model in models_of(rows):
        for name, letter in letters.items():
            cells = [row for row in rows if row["model"] == model and machine(row) == name]
            if not cells:
                continue
            timings = [row["timing"] for row in cells]
            line = {"Variant": named(model)}
            line |= {"Machine": letter} if len(letters) > 1 else {}
            line["Training, tokens/s ↑"] = spread(
                [timing["training"]["tokens_per_second"] for timing in timings], 0
            )
            for decoder in timings[0]["decoding"]:
                line[f"Decoding, sentences/s ↑ {decoder}"] = spread(
                    [t["decoding"][decoder]["sentences_per_second"] for t in timings], 0
                )
            flops = [row["training_flops"] for row in cells if "training_flops" in row]
            line["Training FLOPs ↓"] = f"{np.mean(flops):.2g}" if flops else "–"
            line["Minutes in all ↓"] = spread([timing["minutes"] for timing in timings])
            line["Memory, GiB ↓"] = f"{max(t['peak_memory_gib'] for t in timings):.1f}"
            lines.append(line)
    return pd.DataFrame(lines).fillna("–")


def signed(value: float) -> str:
    """A difference with its sign, to a tenth."""
    return f"{round(value, 1) + 0.0:+.1f}".replace("-", "−")


def difference_table(comparison: Comparison) -> pd.DataFrame:
    """How far each variant is from the best in the task's main metric, for each decoder.

    Returns:
        Text, one line per variant; empty if no column has outcomes of two variants.
    """
    main = comparison.main
    columns = [column for column in comparison.columns if column[1] == main]
    columns = [column for column in columns if column in comparison.behind]
    sign = 1 if metric_of(main).better == "higher" else -1
    points = "points" if unit(metric_of(main)) else metric_of(main).label
    lines = []
    for model in comparison.models if columns else ():
        line = {"Variant": named(model)}
        for column in columns:
            behind = comparison.behind[column].get(model)
            text, p = ("best", "") if model in comparison.behind[column] else ("–", "")
            if behind:
                low, high = sorted((sign * behind.low, sign * behind.high))
                text = f"{signed(sign * behind.value)} [{signed(low)}, {signed(high)}]"
                p = "<0.001" if behind.p < 0.001 else f"{behind.p:.3f}"
            line[f"{column[0]}: {points} [95% interval]"] = text
            line[f"p, {column[0]}"] = p
        lines.append(line)
    return pd.DataFrame(lines)
