"""Rows to tables and figures: `results/SUITE/` and the marked part of README.md. Nothing here is typed."""

import math
import re

import pandas as pd

from benchmarks.claims import check_claims
from benchmarks.runner import read_rows
from benchmarks.suite import REPOSITORY, registered_name
from zoo.errors import ZooError
from zoo.evaluation.metrics import METRICS
from zoo.files import atomic, write_text

MARKERS = "os^Dv*P"  # fewer than the colours, so that pairs of both differ for long
FAMILY_COLORS = (
    "#d1495b",
    "#edae49",
    "#00798c",
    "#30638e",
    "#7b5ea7",
    "#5f8f3a",
    "#8c6d46",
    "#4d4d4d",
)


def frame(rows):
    """Rows as a `pandas.DataFrame`, a line a cell; scores are columns such as `wer_greedy`."""
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
        line |= {
            "training_tokens_per_second": timing["training"]["tokens_per_second"],
            "decoding_sentences_per_second_greedy": timing["decoding"]["greedy"][
                "sentences_per_second"
            ],
            "decoding_sentences_per_second_beam": timing["decoding"]["beam"][
                "sentences_per_second"
            ],
            "minutes": timing["minutes"],
            "peak_memory_gib": timing["peak_memory_gib"],
            "target_tokens": row["target_tokens_seen"],
            "commit": row["commit"],
        }
        lines.append(line)
    return pd.DataFrame(lines)


def load_rows(suite, results):
    """The suite's rows in its order. Raises `ZooError` where some are missing."""
    rows = read_rows(results / "rows")
    names = [cell.name for cell in suite.cells()]
    missing = [name for name in names if name not in rows]
    if missing:
        raise ZooError(
            f"{results} lacks {len(missing)} of {len(names)} rows, {missing[0]} first; "
            f"run: python -m benchmarks {suite.argument}"
        )
    return [rows[name] for name in names]


def spread(values, digits=1):
    """Mean, with the deviation between seeds where there are several."""
    mean = f"{values.mean():,.{digits}f}"
    return mean if len(values) < 2 else f"{mean} ± {values.std():.{digits}f}"


def task_table(data, metrics):
    """The comparison table of one task as a DataFrame of text, a line a variant, in the rows' order."""
    lines = []
    for model, cells in data.groupby("model", sort=False):
        first, line = cells.iloc[0], {"Variant": f"`{model}`"}
        line |= {
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
        line |= {
            "Training tokens/s": f"{cells.training_tokens_per_second.mean():,.0f}",
            "Decoding sentences/s greedy": f"{cells.decoding_sentences_per_second_greedy.mean():,.0f}",
            "Decoding sentences/s beam": f"{cells.decoding_sentences_per_second_beam.mean():,.0f}",
            "Minutes": f"{cells.minutes.mean():.1f}",
            "Peak memory GiB": f"{cells.peak_memory_gib.max():.1f}",
        }
        lines.append(line)
    return pd.DataFrame(lines)


def markdown(suite, rows):
    """The results page: what was run, a table a task, the claims, the figure."""
    data, first = frame(rows), rows[0]
    hardware = first["hardware"]
    where = f"{hardware['processor']}, {hardware['cores']} cores, {', '.join(hardware['gpus']) or 'no GPU'}"
    versions = ", ".join(f"{name} {version}" for name, version in first["versions"].items())
    parts = [
        f"# {suite.title}",
        f"Command: `python -m benchmarks {suite.argument}`. Machine: {where}; {first['precision']}, {suite.threads} "
        f"thread a cell, cells side by side. Versions: {versions}. Commit: `{first['commit']}`.",
    ]
    for task in dict.fromkeys(data.task):
        cells = [row for row in rows if row["task"] == task]
        metrics = cells[0]["scores"]["greedy"]["metrics"]
        seeds = sorted({row["seed"] for row in cells})
        parts += [
            f"## {task}",
            f"{cells[0]['test_examples']:,} test examples, {cells[0]['target_tokens_seen']:,} target tokens seen in "
            f"training, seed {', '.join(map(str, seeds))}; beam: `{cells[0]['scores']['beam']['strategy']}`.",
            task_table(data[data.task == task], metrics).to_markdown(
                index=False, disable_numparse=True
            ),
            "Signatures: "
            + "; ".join(f"`{score['signature']}`" for score in metrics.values())
            + ".",
        ]
    parts += ["## By source length", "![Score by source length](by_length.svg)"]
    parts += ["## What the papers promise", claims_list(rows)] if check_claims(rows) else []
    return "\n\n".join(parts) + "\n"


def claims_list(rows):
    """The claims as a Markdown list, each with its verdict and the figures behind it."""
    return "\n".join(
        f"- {'**holds**' if holds else '**does not hold**'}: {text} ({figures})"
        for text, holds, figures in check_claims(rows)
    )


def figure(suite, rows, path):
    """Draws the first metric of each task by source length, a line a variant, as SVG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    plt.rcParams.update(
        {
            "svg.hashsalt": suite.name,
            "svg.fonttype": "none",
            "font.family": "sans-serif",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "font.size": 10,
        }
    )
    tasks = list(dict.fromkeys(row["task"] for row in rows))
    models = list(dict.fromkeys(row["model"] for row in rows))
    bases = list(dict.fromkeys(map(registered_name, models)))
    ablations = len(bases) < len(models)  # a panel for each model that is changed
    panels = [(task, base) for task in tasks for base in (bases if ablations else [""])]
    fig, axes = plt.subplots(1, len(panels), figsize=(5.2 * len(panels), 3.9), squeeze=False)
    for axis, (task, base) in zip(axes[0], panels):
        cells = [
            row
            for row in rows
            if row["task"] == task and (not ablations or registered_name(row["model"]) == base)
        ]
        metric = METRICS[next(iter(cells[0]["scores"]["greedy"]["metrics"]))]
        buckets = cells[0]["scores"]["greedy"]["by_length"]
        labels = [
            str(b["low"]) if b["low"] == b["high"] else f"{b['low']}–{b['high']}" for b in buckets
        ]
        for number, model in enumerate(dict.fromkeys(row["model"] for row in cells)):
            seeds = [
                [b[metric.name] for b in row["scores"]["greedy"]["by_length"]]
                for row in cells
                if row["model"] == model
            ]
            means = pd.DataFrame(seeds, dtype=float).mean()
            axis.plot(
                range(len(labels)),
                means,
                linewidth=2,
                markersize=6,
                alpha=0.85,
                label=model.removeprefix(f"{base} "),
                marker=MARKERS[number % len(MARKERS)],
                color=FAMILY_COLORS[number % len(FAMILY_COLORS)],
            )
        axis.set_xticks(range(len(labels)), labels)
        axis.set_xlabel("source length, tokens")
        axis.set_ylabel(f"{metric.label}, % ({metric.better} is better)")
        axis.set_ylim(0, 102 if metric.better == "higher" else None)
        axis.set_title(f"{task}, {base}" if base else task, loc="left", fontweight="bold")
        axis.grid(axis="y", linewidth=0.5, alpha=0.4)
        if ablations:
            axis.legend(frameon=False, fontsize=8)
    if not ablations:
        handles, names = axes[0][0].get_legend_handles_labels()
        fig.legend(handles, names, loc="lower center", ncol=min(4, len(models)), frameon=False)
    fig.tight_layout(rect=(0, 0 if ablations else 0.07 * math.ceil(len(models) / 4), 1, 1))
    with atomic(path) as temporary:
        fig.savefig(temporary, format="svg", metadata={"Date": None}, facecolor="white")
    plt.close(fig)


def render(suite, results):
    """Writes results.csv, README.md and by_length.svg into `results`; returns a short table for the terminal."""
    rows = load_rows(suite, results)
    data = frame(rows)
    write_text(results / "results.csv", data.to_csv(index=False, float_format="%.6g"))
    write_text(results / "README.md", markdown(suite, rows))
    figure(suite, rows, results / "by_length.svg")
    short = []
    for task in dict.fromkeys(data.task):
        metrics = next(row for row in rows if row["task"] == task)["scores"]["greedy"]["metrics"]
        table = task_table(data[data.task == task], metrics).drop(columns=["Encoder", "Decoder"])
        short.append(f"{task}\n{table.to_string(index=False)}")
    return "\n\n".join([*short, f"Tables and figure: {results}"])


def render_readme(suite, results, path=REPOSITORY / "README.md"):
    """Renders the tables again between `<!-- SUITE -->` and `<!-- end SUITE -->` of the README, if these are results/SUITE."""
    if not path.exists() or results.resolve() != (REPOSITORY / "results" / suite.name).resolve():
        return
    text = path.read_text(encoding="utf-8")
    mark, end = f"<!-- {suite.name} -->", f"<!-- end {suite.name} -->"
    body = readme_tables(suite, load_rows(suite, results))
    new = re.sub(
        f"{re.escape(mark)}.*?{re.escape(end)}",
        lambda _: f"{mark}\n{body}\n{end}",
        text,
        flags=re.DOTALL,
    )
    if new != text:
        write_text(path, new)


def readme_tables(suite, rows):
    """The tables of the README: one a task, without the columns that are the same everywhere."""
    data, parts = frame(rows), []
    for task in dict.fromkeys(data.task):
        metrics = next(row for row in rows if row["task"] == task)["scores"]["greedy"]["metrics"]
        table = task_table(data[data.task == task], list(metrics)[:1])
        parts += [f"**{task}**", table.to_markdown(index=False, disable_numparse=True)]
    return "\n\n".join(parts)
