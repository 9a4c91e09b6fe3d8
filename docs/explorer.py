"""The explorer: all rows of all suites in one table to sort and filter, and as pictures.

The table is HTML that reads without JavaScript; DataTables, as the package itables bundles it,
sorts and filters it. The pictures are Vega-Lite's; vl-convert packs its bundle. Nothing is fetched.
"""

import html
import json
import pathlib
import re

from explorer_charts import curves, lengths, line, series_of, trade_offs
from markup import fence

from benchmarks.comparison import EVEN, uneven_load

SCRIPTS = "explorer.html"  # beside the page
TEXT = {"labelColor": "currentColor", "titleColor": "currentColor"}  # light or dark as the page
LOOK = {
    "background": None,
    "title": {"color": "currentColor"},
    "view": {"stroke": None},
    "axis": TEXT
    | {"gridColor": "#8883", "domainColor": "#8888", "tickColor": "#8888", "labelFlush": False},
    "legend": TEXT,
}
HIDDEN = ("Command",)  # columns that the menu shows
FILTERS = ("Suite", "Task", "Family", "Size")  # columns with a menu of their values
SCRIPT = pathlib.Path(__file__).parent / "explorer.mjs"
# The menu of the first picture chooses what all of them show. `showFiltered` sets it to the first
# series of the suite and task that the table is filtered by.
FOLLOW = """([{view}, ...others]) => {
  view.addSignalListener('series', (_, value) =>
    others.forEach((other) => other.view.signal('series', value).runAsync()));
  window.showFiltered = () => {
    const [suite, task] = ['Suite', 'Task'].map((x) => document.querySelector(`[name=${x}]`).value);
    const name = names.find((name) =>
      (!suite || name.startsWith(`${suite}, `)) && (!task || name.endsWith(`, ${task}`)));
    if (name && (suite || task)) view.signal('series', name).runAsync();
  };
  window.showFiltered();
}"""
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


def explorer_page(suites, families):
    """The page of the explorer.

    Args:
        suites: pairs of `Suite` and its comparisons by task.
        families: names of the families that have a page.

    Returns:
        Markdown with HTML in it, and the content of `SCRIPTS`.
    """
    rows = [
        row | {"suite": suite.name, "scored": suite.scored}
        for suite, found in suites
        for comparison in found.values()
        for row in comparison.rows
    ]
    once = {}  # a row may stand in several suites
    for row in rows:
        once.setdefault(row["command"], []).append(row)
    lines = [
        line(members[0]) | {"Suite": ", ".join(dict.fromkeys(row["suite"] for row in members))}
        for members in once.values()
    ]
    pages = ", ".join(f"[{suite.title}]({suite.name}/index.md)" for suite, _ in suites)
    parts = [
        "# Explorer",
        "Every committed row: sort by a header, choose a suite, task, family or size, search for "
        "words such as `norm_first=true`, choose columns, or download what is shown. The hidden "
        "column Command holds the command that makes a row again. The address of the page keeps "
        "the view.",
        raw(filters_html(lines) + table_html(lines, families)),
        slowed_suites(suites),
        "## Pictures",
        "The menus above the first picture choose the suite and task of all pictures, and the "
        "horizontal axis of the first. A filter of the table sets them as well. Click a name "
        "in a legend to see it alone, and a dot to see its row in the table above. Dashes tell up "
        "to four variants of a family apart; point at a line to read its options.",
        "### Score and cost",
        chart("trade-offs"),
        "### Learning curves",
        chart("curves"),
        "### Score by source length",
        chart("lengths"),
        raw("<noscript>These pictures need JavaScript; the pages of the suites do not.</noscript>"),
        f"The same without JavaScript, suite by suite: {pages}.",
        fence("{raw} html", f":file: {SCRIPTS}"),
    ]
    return "\n\n".join(parts) + "\n", scripts(rows)


def slowed_suites(suites):
    """A sentence that names the suites whose speeds are not for comparison."""
    slowed = [
        f"`{suite.name}`"
        for suite, found in suites
        if uneven_load([row for comparison in found.values() for row in comparison.rows]) > EVEN
    ]
    if not slowed:
        return "Compare speeds of the same machine only."
    return (
        f"Compare speeds of the same machine only, and not in {', '.join(slowed)}: other programs "
        "ran at the same time as some of their trainings."
    )


def raw(text):
    """HTML in a page."""
    return fence("{raw} html", text)


def chart(name):
    """The place of a chart, as wide as the page."""
    return raw(f'<div id="{name}" class="chart"></div>')


def filters_html(lines):
    """A menu per column of `FILTERS`."""
    menus = []
    for name in FILTERS:
        values = sorted({value for found in lines for value in found[name].split(", ")})
        options = "".join(f"<option>{html.escape(value)}</option>" for value in values)
        options = f'<option value="">all</option>{options}'
        menus.append(f'<label>{name} <select name="{name}">{options}</select></label>')
    return f'<div class="filters" hidden>{"".join(menus)}</div>'


def table_html(lines, families):
    """The table of all rows."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in lines[0])
    body = []
    for found in lines:
        cells = []
        for name, value in found.items():
            text = "" if value is None else html.escape(str(value))
            if name == "Score" and value is not None:
                text = f"{value:.2f}"
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


def scripts(rows):
    """The scripts of the page: DataTables, Vega-Lite, and what they show."""
    import itables
    import vl_convert

    bundle = pathlib.Path(itables.__file__).parent / "html"
    script = (bundle / "dt_bundle.js").read_text(encoding="utf-8")
    exported = re.search(r"(\w+) as default", script)[1]
    hidden = [number for number, name in enumerate(line(rows[0])) if name in HIDDEN]
    options = TABLE | {"columnDefs": [{"visible": False, "targets": hidden}]}
    setup = f"const DataTable = {exported}, options = {json.dumps(options)};"
    setup += SCRIPT.read_text(encoding="utf-8")
    rows = [row for row in rows if row["scored"]]
    names = list(dict.fromkeys(map(series_of, rows)))
    charts = {"trade-offs": trade_offs, "curves": curves, "lengths": lengths}
    options = f"{{actions: false, renderer: 'svg', config: {json.dumps(LOOK)}}}"
    embedded = ", ".join(
        f"vegaEmbed({json.dumps('#' + name)}, {chart(rows, names).to_json(indent=None)}, {options})"
        for name, chart in charts.items()
    )
    shown = f"{{const names = {json.dumps(names)}; Promise.all([{embedded}]).then({FOLLOW});}}"
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
