"""Tables of benchmark rows: one line per cell for machines, one line per variant for readers."""

import pandas as pd

from zoo.evaluation.metrics import METRICS


def frame(rows):
    """Rows as a `pandas.DataFrame`, one line per cell. Scores are columns such as `wer_greedy`."""
    lines = []
    for row in rows:
        timing = row["timing"]
        decoding = timing["decoding"]
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
        line |= {
            "training_tokens_per_second": timing["training"]["tokens_per_second"],
            "decoding_sentences_per_second_greedy": decoding["greedy"]["sentences_per_second"],
            "decoding_sentences_per_second_beam": decoding["beam"]["sentences_per_second"],
            "minutes": timing["minutes"],
            "peak_memory_gib": timing["peak_memory_gib"],
            "target_tokens": row["target_tokens_seen"],
            "commit": row["commit"],
        }
        lines.append(line)
    return pd.DataFrame(lines)


def spread(values, digits=1):
    """The mean as text, with the deviation between seeds if there are several."""
    mean = f"{values.mean():,.{digits}f}"
    return mean if len(values) < 2 else f"{mean} ± {values.std():.{digits}f}"


def task_table(data, metrics):
    """The comparison table of one task, one line per variant in the order of the rows.

    Args:
        data: `frame` of the rows of one task.
        metrics: names of metrics.

    Returns:
        `pandas.DataFrame` of text.
    """
    lines = []
    for model, cells in data.groupby("model", sort=False):
        first = cells.iloc[0]
        line = {
            "Variant": f"`{model}`",
            "Encoder": first.encoder,
            "Decoder": first.decoder,
            "Attention": first.attention,
            "Parameters": f"{first.parameters:,}",
        }
        for name in metrics:
            arrow = "↓" if METRICS[name].better == "lower" else "↑"
            label = METRICS[name].label
            if name == "perplexity":
                line[f"{label} {arrow}"] = spread(cells[f"{name}_greedy"], 3)
            else:
                line[f"{label} {arrow} greedy"] = spread(cells[f"{name}_greedy"])
                line[f"{label} {arrow} beam"] = spread(cells[f"{name}_beam"])
        greedy = cells.decoding_sentences_per_second_greedy.mean()
        beam = cells.decoding_sentences_per_second_beam.mean()
        line |= {
            "Training tokens/s": f"{cells.training_tokens_per_second.mean():,.0f}",
            "Decoding sentences/s greedy": f"{greedy:,.0f}",
            "Decoding sentences/s beam": f"{beam:,.0f}",
            "Minutes": f"{cells.minutes.mean():.1f}",
            "Peak memory GiB": f"{cells.peak_memory_gib.max():.1f}",
        }
        lines.append(line)
    return pd.DataFrame(lines)
