"""The pictures of the explorer, as charts of Vega-Lite."""

import json
import urllib.parse

import altair as alt
import pandas as pd

from benchmarks.labels import metric_header
from benchmarks.rows import first_metric
from zoo import registry

HEIGHT = 320
COLOURS = (  # one per family, in the order of their names; all stand out on white and on black
    "#da0224 #62a203 #806b03 #d97a04 #04778c #ff2de2 #487901 #047c4d #a25a02 "
    "#0aa669 #c503ae #ab8f05 #036dc4 #fe5754 #1e94ff #987dfe #7c3ffe #a73d69"
).split()
DASHES = [[1, 0], [7, 3], [2, 2], [8, 2, 2, 2]]  # of a family's variants
OTHER = "#808080"  # families beyond these, such as your own


def line(row):
    """A row as a line of the table, without its score if `row["scored"]` is false."""
    base, _, overrides = row["model"].partition(" ")
    card = registry.card(base) if base in registry.list_models() else row["card"]
    metric = first_metric(row)
    score = row["scores"]["greedy"]["metrics"][metric]
    timing = row["timing"]
    return {
        "Suite": row["suite"],
        "Task": row["task"],
        "Model": base,
        "Score": round(score["value"], 2) if row["scored"] else None,
        "Metric": metric_header(metric),
        "Change": overrides,
        "Seed": row["seed"],
        "Family": card["family"],
        "Size": card["size"],
        "Parameters": row["parameters"],
        "Tokens/s": round(timing["training"]["tokens_per_second"]),
        "Sentences/s": round(timing["decoding"]["greedy"]["sentences_per_second"])
        if timing["decoding"]
        else None,
        "Minutes": round(timing["minutes"], 1),
        "Machine": row["hardware"]["processor"],
        "Command": row["command"],
    }


def chosen(name, label, options):
    """A parameter of a chart that a menu sets, the first option at the start."""
    menu = alt.binding_select(options=list(options), name=f"{label}: ")
    return alt.param(name=name, bind=menu, value=list(options)[0])


def coloured(data):
    """The colour of a family, and the legend of those in a series, whose names can be clicked."""
    alone = alt.selection_point(fields=["Family"], bind="legend")
    names = registry.list_families()
    colours = [*COLOURS, *[OTHER] * len(names)][: len(names)]
    scale = alt.Scale(domain=names, range=colours)
    shown = {name: sorted(set(part)) for name, part in data.groupby("Series")["Family"]}
    legend = alt.Legend(symbolLimit=0, values=alt.ExprRef(f"({json.dumps(shown)})[series] || []"))
    colour = alt.Color("Family:N", scale=scale, legend=legend)
    return alone, colour, alt.condition(alone, alt.value(0.9), alt.value(0.07))


def variants(data):
    """The number of a row's change among those of its family in a series, from 0 for the first."""
    return data.groupby(["Series", "Family"])["Change"].transform(lambda x: pd.factorize(x)[0])


def series_of(row):
    """The suite and task of a row, which the menu above the pictures offers."""
    return f"{row['suite']}, {row['task']}"


def trade_offs(rows, names):
    """Score against minutes, parameters or speed, a point per row, and the menu of the series.

    Args:
        rows: of all suites.
        names: the series that the menu offers.
    """
    data = pd.DataFrame([line(row) | {"Series": series_of(row)} for row in rows])
    data["Row"] = [link(*row) for row in zip(data["Command"], data["Suite"], data["Task"])]
    series = chosen("series", "Suite and task", names)
    across = chosen("across", "Horizontal", ["Minutes", "Parameters", "Tokens/s", "Sentences/s"])
    alone, colour, opacity = coloured(data)
    return titled(
        alt.Chart(data, width="container", height=HEIGHT)
        .add_params(series, across, alone)
        .transform_filter("datum.Series == series")
        .transform_calculate(x="datum[across]")
        .mark_point(filled=True, size=70)
        .encode(
            x=alt.X("x:Q", title=None, scale=alt.Scale(zero=False, padding=10)),
            y=alt.Y("Score:Q", title=None, scale=alt.Scale(zero=False, padding=10)),
            color=colour,
            opacity=opacity,
            href="Row:N",
            tooltip=["Model", "Change", "Seed", "Metric", "Score", "Minutes", "Machine"],
        ),
        data,
        " + ', against ' + lower(across)",
    )


def link(command, suite, task):
    """The address, within the page, of the row that a command makes, as a suite shows it."""
    return "#" + urllib.parse.urlencode(
        {"search": command.split()[-1], "Suite": suite, "Task": task}
    )


def titled(chart, data, more=""):
    """A chart under the name of what its vertical axis shows, which the menu of series changes.

    Args:
        chart: of Altair.
        data: its table.
        more: Vega expression that goes on with the title.
    """
    metrics = data.groupby("Series", sort=False)["Metric"].first()
    named = " : ".join(f"series == '{name}' ? '{metric}'" for name, metric in metrics.items())
    return chart.properties(
        title=alt.Title(alt.expr(f"({named} : ''){more}"), anchor="start", fontSize=12)
    )


def lines_of(data, x, title, first):
    """A line per row of what was measured several times; of the series `first` at the start."""
    series = alt.param(name="series", value=first)
    alone, colour, opacity = coloured(data)
    data = data.assign(Variant=variants(data))
    dashes = alt.Scale(domain=list(range(len(DASHES))), range=DASHES)
    return titled(
        alt.Chart(data, width="container", height=HEIGHT)
        .add_params(series, alone)
        .transform_filter("datum.Series == series")
        .mark_line(point=True)
        .encode(
            x=alt.X(f"{x}:Q", title=title),
            y=alt.Y("Score:Q", title=None, scale=alt.Scale(zero=False, padding=10)),
            color=colour,
            opacity=opacity,
            strokeDash=alt.StrokeDash("Variant:O", scale=dashes, legend=None),
            detail=["Model:N", "Change:N", "Seed:O"],
            tooltip=["Model", "Change", "Seed", x, "Score"],
        ),
        data,
    )


def curves(rows, names):
    """Validation scores while a row was trained, by the tokens seen."""
    points = []
    for row in rows:
        metric, own = first_metric(row), of_row(row)
        for point in row["history"]:
            if "tokens" in point:
                score = round(point[f"validation_{metric}"], 3)
                points.append(own | {"Tokens": point["tokens"], "Score": score})
    return lines_of(pd.DataFrame(points), "Tokens", "target tokens seen", names[0])


def lengths(rows, names):
    """Scores by the length of the source."""
    points = []
    for row in rows:
        metric, own = first_metric(row), of_row(row)
        for bucket in row["scores"]["greedy"]["by_length"]:
            if bucket.get(metric) is not None:
                middle = (bucket["low"] + bucket["high"]) / 2
                points.append(own | {"Length": middle, "Score": round(bucket[metric], 3)})
    return lines_of(pd.DataFrame(points), "Length", "source tokens", names[0])


def of_row(row):
    """What a point says of its row."""
    found = line(row)
    kept = {key: found[key] for key in ("Family", "Model", "Change", "Seed", "Metric")}
    return kept | {"Series": series_of(row)}
