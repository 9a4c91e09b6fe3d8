"""The explorer: all rows of all suites in one table to sort and filter, and as pictures.

The table is HTML that reads without JavaScript; DataTables, as the package itables bundles it,
sorts and filters it. The pictures are Vega-Lite's; vl-convert packs its bundle. Nothing is fetched.
"""

import html
import json
import pathlib
import re

import altair as alt
import pandas as pd
from markup import fence

from benchmarks.rows import first_metric
from zoo import registry

SCRIPTS = "explorer.html"  # beside the page
HEIGHT = 320
COLOURS = (  # one per family, in the order of their names
    "#1f77b4 #ff7f0e #2ca02c #d62728 #9467bd #8c564b #e377c2 #7f7f7f #bcbd22 #17becf #1b4965 "
    "#ffb703 #6a994e #b5179e #f28482 #5f0f40"
).split()
TEXT = {"labelColor": "currentColor", "titleColor": "currentColor"}  # light or dark as the page
LOOK = {
    "background": None,
    "view": {"stroke": None},
    "axis": TEXT | {"gridColor": "#8883", "domainColor": "#8888", "tickColor": "#8888"},
    "legend": TEXT,
}
HIDDEN = ("Family", "Machine", "Command")  # columns that the menu shows
TABLE = {
    "paging": True,
    "pageLength": 25,
    "order": [],
    "scrollX": True,
    "layout": {
        "topStart": {"buttons": ["colvis", "csvHtml5"]},
        "topEnd": "search",
        "bottomStart": "info",
        "bottomEnd": "paging",
    },
}
# A view has an address: what is searched for stands behind the #, and is searched for again.
LINKED = """
const table = new DataTable("#rows", OPTIONS);
const asked = new URLSearchParams(location.hash.slice(1)).get("search");
if (asked) table.search(asked).draw();
table.on("search", () => {
  const words = table.search();
  history.replaceState(null, "", words ? "#" + new URLSearchParams({search: words}) : " ");
});
"""


def explorer_page(suites, families):
    """The page of the explorer.

    Args:
        suites: pairs of `Suite` and its comparisons by task.
        families: names of the families that have a page.

    Returns:
        Markdown with HTML in it, and the content of `SCRIPTS`.
    """
    rows = [row for _, found in suites for c in found.values() for row in c.rows]
    parts = [
        "# Explorer",
        "Every committed row: sort by a header, search for words such as `transformer g2p`, choose "
        "columns, or download what is shown. The address of the page keeps the search.",
        raw(table_html(rows, families)),
        "## Pictures",
        "Choose a task and what stands below. A click on a name in the legend shows it alone; a "
        "point says which command makes its row again.",
        chart("trade-offs"),
        "### Learning curves",
        chart("curves"),
        "### Score by source length",
        chart("lengths"),
        fence("{raw} html", f":file: {SCRIPTS}"),
    ]
    return "\n\n".join(parts) + "\n", scripts(rows)


def raw(text):
    """HTML in a page."""
    return fence("{raw} html", text)


def chart(name):
    """The place of a chart, as wide as the page."""
    return raw(f'<div id="{name}" class="chart"></div>')


def line(row):
    """A row as a line of the table."""
    base, _, overrides = row["model"].partition(" ")
    card = registry.card(base) if base in registry.list_models() else row["card"]
    metric = first_metric(row)
    score = row["scores"]["greedy"]["metrics"][metric]
    timing = row["timing"]
    return {
        "Suite": row["suite"],
        "Task": row["task"],
        "Family": card["family"],
        "Model": base,
        "Score": round(score["value"], 2),
        "Metric": metric,
        "Change": overrides,
        "Seed": row["seed"],
        "Parameters": row["parameters"],
        "Tokens/s": round(timing["training"]["tokens_per_second"]),
        "Sentences/s": round(timing["decoding"]["greedy"]["sentences_per_second"])
        if timing["decoding"]
        else None,
        "Minutes": round(timing["minutes"], 1),
        "Machine": row["hardware"]["processor"],
        "Command": row["command"],
    }


def table_html(rows, families):
    """The table of all rows."""
    lines = [line(row) for row in rows]
    head = "".join(f"<th>{html.escape(name)}</th>" for name in lines[0])
    body = []
    for found in lines:
        cells = []
        for name, value in found.items():
            text = "" if value is None else html.escape(str(value))
            if name == "Model" and found["Family"] in families:
                text = f'<a href="../models/{found["Family"]}.html"><code>{text}</code></a>'
            elif name in ("Model", "Change", "Command") and text:
                text = f"<code>{text}</code>"
            right = ' class="text-right"' if isinstance(value, (int, float)) else ""
            cells.append(f"<td{right}>{text}</td>")
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="table-wrapper"><table id="rows" class="docutils">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def chosen(name, label, options):
    """A parameter of a chart that a menu sets, the first option at the start."""
    menu = alt.binding_select(options=list(options), name=f"{label}: ")
    return alt.param(name=name, bind=menu, value=list(options)[0])


def coloured():
    """The colour of a family, and the legend whose names can be clicked."""
    alone = alt.selection_point(fields=["Family"], bind="legend")
    names = sorted({registry.card(name)["family"] for name in registry.list_models()})
    scale = alt.Scale(domain=names, range=COLOURS[: len(names)])
    colour = alt.Color("Family:N", scale=scale, legend=alt.Legend(symbolLimit=0))
    return alone, colour, alt.condition(alone, alt.value(0.9), alt.value(0.07))


def trade_offs(rows):
    """Score against minutes, parameters or speed, a point per row."""
    data = pd.DataFrame([line(row) for row in rows])
    data["Series"] = data["Suite"] + ", " + data["Task"]
    series = chosen("series", "Suite and task", data["Series"].unique())
    across = chosen("across", "Horizontal", ["Minutes", "Parameters", "Tokens/s", "Sentences/s"])
    alone, colour, opacity = coloured()
    return (
        alt.Chart(data, width="container", height=HEIGHT)
        .add_params(series, across, alone)
        .transform_filter("datum.Series == series")
        .transform_calculate(x="datum[across]")
        .mark_point(filled=True, size=70)
        .encode(
            x=alt.X("x:Q", title=None, scale=alt.Scale(zero=False)),
            y=alt.Y("Score:Q", scale=alt.Scale(zero=False)),
            color=colour,
            opacity=opacity,
            tooltip=["Model", "Change", "Seed", "Metric", "Score", "Minutes", "Command"],
        )
    )


def lines_of(data, x, title):
    """A line per row of what was measured several times."""
    series = chosen("series", "Suite and task", data["Series"].unique())
    alone, colour, opacity = coloured()
    return (
        alt.Chart(data, width="container", height=HEIGHT)
        .add_params(series, alone)
        .transform_filter("datum.Series == series")
        .mark_line(point=True)
        .encode(
            x=alt.X(f"{x}:Q", title=title),
            y=alt.Y("Score:Q", scale=alt.Scale(zero=False)),
            color=colour,
            opacity=opacity,
            detail=["Model:N", "Change:N", "Seed:O"],
            tooltip=["Model", "Change", "Seed", x, "Score"],
        )
    )


def curves(rows):
    """Validation scores while a row was trained, by the tokens seen."""
    points = []
    for row in rows:
        metric = first_metric(row)
        for point in row["history"]:
            if "tokens" in point:
                score = round(point[f"validation_{metric}"], 3)
                points.append(of_row(row) | {"Tokens": point["tokens"], "Score": score})
    return lines_of(pd.DataFrame(points), "Tokens", "target tokens seen")


def lengths(rows):
    """Scores by the length of the source."""
    points = []
    for row in rows:
        metric = first_metric(row)
        for bucket in row["scores"]["greedy"]["by_length"]:
            if bucket.get(metric) is not None:
                middle = (bucket["low"] + bucket["high"]) / 2
                points.append(of_row(row) | {"Length": middle, "Score": round(bucket[metric], 3)})
    return lines_of(pd.DataFrame(points), "Length", "source tokens")


def of_row(row):
    """What a point says of its row."""
    found = line(row)
    kept = {key: found[key] for key in ("Family", "Model", "Change", "Seed")}
    return kept | {"Series": f"{row['suite']}, {row['task']}"}


def scripts(rows):
    """The scripts of the page: DataTables, Vega-Lite, and what they show."""
    import itables
    import vl_convert

    bundle = pathlib.Path(itables.__file__).parent / "html"
    script = (bundle / "dt_bundle.js").read_text(encoding="utf-8")
    exported = re.search(r"(\w+) as default", script)[1]
    hidden = [number for number, name in enumerate(line(rows[0])) if name in HIDDEN]
    options = TABLE | {"columnDefs": [{"visible": False, "targets": hidden}]}
    setup = f"const DataTable = {exported};" + LINKED.replace("OPTIONS", json.dumps(options))
    charts = {"trade-offs": trade_offs(rows), "curves": curves(rows), "lengths": lengths(rows)}
    shown = "".join(
        f"vegaEmbed({json.dumps('#' + name)}, {chart.to_json(indent=None)}, "
        f"{{actions: false, renderer: 'svg', config: {json.dumps(LOOK)}}});"
        for name, chart in charts.items()
    )
    vega = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    styles = (bundle / "dt_bundle.css").read_text(encoding="utf-8")
    return "".join(
        [
            f"<style>{styles}</style>",
            f'<script type="module">{guarded(script + setup)}</script>',
            f"<script>(() => {{{guarded(vega)}\n}})();</script>",  # its names stay its own
            f"<script>{guarded(shown)}</script>",
        ]
    )


def guarded(script):
    """A script that may stand in a page: none of its strings closes the element."""
    return script.replace("</script", "<\\/script")
