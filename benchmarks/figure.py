"""The figure of a suite: scores by source length, one line per variant."""

import math

import pandas as pd

from benchmarks.cell import registered_name
from zoo.evaluation.metrics import METRICS
from zoo.files import atomic

MARKERS = "os^Dv*P"  # seven beside eight colours, so that 56 lines have different pairs
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


def figure(suite, rows, path):
    """Draws the first metric of each task by source length, one line per variant, as SVG."""
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
    ablations = len(bases) < len(models)  # one panel for each model that has overrides
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
