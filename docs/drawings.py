"""What a family looks like: its attention on a word, and its learning curves, as SVG."""

import functools
import pathlib
import shutil

import zoo
from benchmarks.comparison import row_name
from benchmarks.figures.drawing import figure, name_axes
from benchmarks.figures.learning import points
from benchmarks.figures.panels import Line, draw_panel
from benchmarks.labels import metric_header
from benchmarks.rows import attention_file
from zoo import registry
from zoo.evaluation.alignment import draw_alignment
from zoo.registry.trained import list_trained

LOOKED_AT = "transformer"  # the word whose attention is drawn
SUITES = ("trained", "variants", "applications")  # whose learning curves are drawn
MOST = 3  # panels of learning curves
TASK = "g2p"  # of the trained models that are shown
FOLDER = "pictures"  # below docs/generated


def trained_models():
    """The names of the trained models of the task that the site shows."""
    return [name for name in list_trained() if name.endswith(f"-{TASK}")]


@functools.cache
def trained_model(name):
    """A trained model, which several pages show."""
    text_model = zoo.load(name)
    text_model.compiled = False  # a few words do not pay for the compiler
    return text_model


def trained_of(family):
    """The trained model of a family that attends, or None."""
    for name in trained_models():
        card = registry.card(name.removesuffix(f"-{TASK}"))
        if card["family"] == family and card["attention"] != "none":
            return name
    return None


def draw_family(family, suites, results, folder):
    """Draws a family.

    Args:
        family: its name.
        suites: pairs of `Suite` and its comparisons by task.
        results: path of the committed results.
        folder: path of the pictures.

    Returns:
        kinds of pictures that there are, "attention" and "curves": their file names and captions.
    """
    folder, pictures = pathlib.Path(folder), {}
    trained, looked = trained_of(family), looked_at(family, suites, results)
    if trained:
        looks = trained_model(trained).align(LOOKED_AT)
        file = f"{family}_attention.svg"
        draw_alignment(*looks, folder / file, trained)
        pictures["attention"] = (
            file,
            f"Attention of `{trained}` over the letters of a word, for each phoneme that it "
            f"writes: `zoo align {trained} {LOOKED_AT}`.",
        )
    elif looked:
        row, drawn = looked
        file = f"{family}_attention{drawn.suffix}"
        shutil.copyfile(drawn, folder / file)
        pictures["attention"] = (
            file,
            f"Attention of `{row['model']}` over the first test example of `{row['task']}`, as the "
            f"suite `{row['suite']}` has trained it.",
        )
    file = f"{family}_curves.svg"
    if caption := draw_curves(family, suites, folder / file):
        pictures["curves"] = file, caption
    return pictures


def looked_at(family, suites, results):
    """A row of a family and the picture of its attention that was drawn with it, or None."""
    for suite, comparisons in suites:
        for comparison in comparisons.values():
            for row in comparison.rows:
                drawn = attention_file(results / suite.name, row_name(row))
                if row["card"]["family"] == family and drawn.is_file():
                    return row, drawn
    return None


def draw_curves(family, suites, path):
    """Draws how the validation score of a family's rows rises, before those of all others.

    Returns:
        the caption, or "" if there is no row with several validations.
    """
    panels = []
    for suite, comparisons in suites:
        for task, comparison in comparisons.items() if suite.name in SUITES else ():
            rows = [r for r in comparison.rows if len(points(r, comparison.main)) > 1]
            own = [r["model"] for r in rows if r["card"]["family"] == family]
            if own:
                panels.append((suite, task, comparison.main, rows, own[0]))
    if not panels:
        return ""
    panels = sorted(panels, key=lambda panel: SUITES.index(panel[0].name))[:MOST]
    with figure(path, 1, max(len(panels), 2), 1.7, 0.5) as (drawing, axes):
        for axis, (suite, task, metric, rows, model) in zip(axes[0], panels):
            draw_panel(axis, curves_of(rows, metric), model)
            title = f"{task}, suite {suite.name}"
            axis.set_title(f"{title}\n{metric_header(metric)}", loc="left", pad=3)
            axis.set_xlim(0)
            axis.locator_params(axis="x", nbins=4)
        drawing.subplots_adjust(wspace=0.24)  # each panel has a scale of its own
        for axis in axes[0][len(panels) :]:
            axis.set_visible(False)
        name_axes(drawing, "million target tokens", "")
    names = " and ".join(dict.fromkeys(f"`{model}`" for *_, model in panels))
    return f"Validation scores: {names} in blue, the suite's other models in grey."


def curves_of(rows, metric):
    """The lines of a panel by model, along millions of target tokens."""
    runs = {}
    for row in rows:
        seen = row["target_tokens_seen"] / 1e6
        curve = [(share * seen, score) for share, score in points(row, metric)]
        runs.setdefault(row["model"], []).append(curve)
    return {model: Line.of(curves) for model, curves in runs.items()}
