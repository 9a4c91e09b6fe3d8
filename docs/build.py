"""`python docs/build.py`: pages from the registry and the results, then the whole site, warnings being errors.

    docs/*.md                         written by hand
    docs/generated/models/            a page and a diagram a registered model, and their index by family
    docs/generated/tasks.md           the tasks with their options
    docs/generated/parity.md          how close each variant comes to its references, from results/parity.csv
    docs/generated/decoding_speed.md  sentences a second beside other libraries, from results/peers/decoding.csv
    docs/generated/training_speed.md  tokens a second in training beside PyTorch, from results/peers/training.csv
    docs/generated/results/SUITE/     tables, claims and figure of every suite that has rows in results/
    docs/_build/html/                 the site
"""

import argparse
import contextlib
import importlib
import itertools
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))


def main(arguments=None):
    """Builds the site. Returns the exit status: 0, 1 when Sphinx has a warning, 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(prog="python docs/build.py", description="Builds the documentation site.")
    parser.add_argument("--results", type=pathlib.Path, help="folder with a folder a suite (default: results)")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "_build" / "html",
                        help="the site (default: docs/_build/html)")
    parser.add_argument("--models", default="*", metavar="PATTERN", help="pages of these models only, for a quick look")
    options = parser.parse_args(arguments)
    try:
        return build(options.results, options.out, options.models)
    except ModuleNotFoundError as error:
        print(f"docs: {error}; install what the site needs: pip install -e .[docs]", file=sys.stderr)
    except OSError as error:
        print(f"docs: cannot read or write {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
    except ValueError as error:  # ZooError is one
        print(f"docs: {error}", file=sys.stderr)
    return 2


def build(results, out, pattern):
    """Generates the pages and runs Sphinx on them."""
    for module in ("myst_parser", "furo"):
        __import__(module)
    from sphinx.cmd.build import main as sphinx

    from zoo.quiet import import_tensorflow

    import_tensorflow()
    from benchmarks.suite import REPOSITORY

    generate(results or REPOSITORY / "results", HERE / "generated", pattern)
    strict = ["-W", "--keep-going", "-n", "-q", "-E"]
    status = sphinx(["-b", "html", *strict, "-d", str(out.parent / "doctrees"), str(HERE), str(out)])
    if status:
        print("docs: the warnings above are errors; no site to publish", file=sys.stderr)
        return 1
    print(f"site: {out / 'index.html'}")
    return 0


def generate(results, folder, pattern):
    """Writes every generated page into `folder`, in place of what was there."""
    from zoo import registry
    from zoo.errors import ZooError

    suites, models = load_suites(results), registry.list_models(pattern)
    if not models:
        raise ZooError(f"no model matches '{pattern}'")
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("models", *(f"results/{suite.name}" for suite, _ in suites)):
        (folder / part).mkdir(parents=True)
    for name in models:
        page, diagram = model_page(name, suites, models)
        write(folder / "models" / f"{name}.md", page)
        write(folder / "models" / f"{name}.svg", diagram)
    write(folder / "models" / "index.md", models_page(models))
    write(folder / "tasks.md", tasks_page(results / "tasks.csv"))
    write(folder / "parity.md", parity_page(results / "parity.csv"))
    write(folder / "decoding_speed.md", speed_page("decoding", results / "peers" / "decoding.csv"))
    write(folder / "training_speed.md", speed_page("training", results / "peers" / "training.csv"))
    write(folder / "results" / "index.md", results_index(suites))
    from benchmarks.report import figure, markdown

    for suite, rows in suites:
        write(folder / "results" / suite.name / "index.md", markdown(suite, rows))
        figure(suite, rows, folder / "results" / suite.name / "by_length.svg")


def load_suites(results):
    """Pairs of `Suite` and its rows, the quick suite first. Raises `ZooError` where the quick suite has no rows."""
    from benchmarks.report import load_rows
    from benchmarks.suite import load_suite, suite_names
    from zoo.errors import ZooError

    if not (results / "quick" / "rows").is_dir():
        raise ZooError(f"{results / 'quick'} has no rows; run: python -m benchmarks")
    names = ["quick", *(name for name in suite_names() if name != "quick")]
    suites = [load_suite(name) for name in names if (results / name / "rows").is_dir()]
    return [(suite, load_rows(suite, results / suite.name)) for suite in suites]


# Pages --------------------------------------------------------------------------------------------------------------


def model_page(name, suites, models):
    """The page of a registered model, and its diagram; `models` are those that have a page."""
    from zoo import registry
    from zoo.catalog import abstract_model, layer_rows
    from zoo.inspection.cost import cost_table
    from zoo.inspection.diagram import draw
    from zoo.inspection.trace import trace

    card, entry = registry.card(name), registry.models.loaded(name)
    model = abstract_model(name)
    found, layers = trace(model), layer_rows(model)
    source, target = card["vocabulary"]
    facts = [("Paper", paper_link(card["paper"])), ("Encoder", card["encoder"]), ("Decoder", card["decoder"]),
             ("Attention", card["attention"]),
             ("Parameters", f"{layers[-1][2]:,} at {source:,} source and {target:,} target token ids"),
             ("Other sizes", ", ".join(f"[`{x}`]({x}.md)" for x in family(card["family"], models) if x != name) or "none")]
    recipe = ", ".join(f"`{key}={value!r}`" for key, value in card["recipe"].items())
    facts += [("Trains with", f"{recipe}, else as {{py:obj}}`zoo.Recipe`")] if recipe else []
    options = [(f"`{key}`", f"`{value!r}`") for key, value in registry.models.overrides(name).items()
               if key not in ("source_vocabulary", "target_vocabulary")]
    rows = [(f"`{layer}`", f"`{kind}`", f"{count:,}") for layer, kind, count in layers[:-1]]
    rows.append(("**total**", "", f"{layers[-1][2]:,}"))
    parts = [
        f"# {name}", card["expect"], table(("", ""), facts),
        f"![Architecture of {name}]({name}.svg)",
        "## Create it",
        fence("python", "import zoo\n\n"
              f"model = zoo.create(\"{name}\", source_vocabulary={source}, target_vocabulary={target})"),
        "## Results", *result_parts(name, suites),
        "## Options",
        "Keyword arguments of `zoo.create`, and `--set KEY=VALUE` of `zoo train`, with the values of this size.",
        table(("Option", "Value"), options),
        "## Layers", "Trainable parameters of each direct part.",
        table(("Layer", "Kind", "Parameters"), rows, right=(2,)),
        "## Cost", f"Counted in the traced graph at a batch of {found.batch} with {found.source_length} source and "
        f"{found.target_length} target tokens; `zoo show {name}` counts it at others.",
        table(("", "", "What is counted"), [(name.capitalize() if name.islower() else name, *rest)
                                            for name, *rest in cost_table(found)], right=(1,)),
        "## Class", directive("autoclass", f"{entry.module}.{entry.make.__qualname__}"),
        "## From the paper to the code", directive("automodule", entry.module),
    ]
    return "\n\n".join(parts) + "\n", draw(found)


def result_parts(name, suites):
    """The model's rows of every suite's tables, a column a task."""
    import pandas as pd

    from benchmarks.report import frame, task_table

    parts = []
    for suite, rows in suites:
        columns = {}
        for task in suite.tasks:
            cells = [row for row in rows if row["model"] == name and row["task"] == task]
            if cells:
                line = task_table(frame(cells), cells[0]["scores"]["greedy"]["metrics"]).iloc[0]
                columns[f"`{task}`"] = line.drop(["Variant", "Encoder", "Decoder", "Attention"])
        if columns:
            keys = dict.fromkeys(key for column in columns.values() for key in column.index)
            scores_first = sorted(keys, key=lambda key: not ("↓" in key or "↑" in key))
            merged = pd.DataFrame(columns).reindex(scores_first)
            parts += [f"From the [{suite.title[:1].lower() + suite.title[1:]}](../results/{suite.name}/index.md):",
                      table(("", *columns), list(merged.fillna("").itertuples()), right=range(1, len(columns) + 1))]
    return parts or ["This size is not in a results table."]


def models_page(models):
    """The index of `models`, a section a family, the oldest paper first."""
    from zoo import registry
    from zoo.listing import count_parameters

    cards = sorted((registry.card(name) for name in models), key=lambda c: (c["paper"]["year"], c["family"]))
    pages = []
    parts = ["# Models", "Every registered model, by family; `zoo list` prints the same on a terminal."]
    for name, members in itertools.groupby(cards, key=lambda c: c["family"]):
        card = next(members)
        rows = [(f"[`{model}`]({model}.md)", f"{count_parameters(model):,}",
                 " + ".join(f"{v:,}" for v in registry.card(model)["vocabulary"])) for model in family(name, models)]
        pages += family(name, models)
        parts += [f"## {name}", card["expect"],
                  table(("Paper", "Encoder", "Decoder", "Attention"),
                        [(paper_link(card["paper"]), card["encoder"], card["decoder"], card["attention"])]),
                  table(("Model", "Parameters", "At vocabulary"), rows, right=(1, 2))]
    parts.append(toctree(pages))
    return "\n\n".join(parts) + "\n"


def tasks_page(path):
    """The page of the tasks, with what was counted of their data."""
    import pandas as pd

    from zoo import registry
    from zoo.evaluation.metrics import METRICS

    counted = pd.read_csv(path, keep_default_na=False)
    parts = ["# Tasks",
             "Options are given as `--task-option KEY=VALUE` of `zoo train`, and as keyword arguments of `zoo.create_task`. "
             "Examples and tokens, the end token included, are counted by `python -m benchmarks.task_sizes`."]
    for name in registry.list_tasks():
        entry = registry.tasks.loaded(name)
        metrics = ", ".join(f"{METRICS[metric].label.lower()} (`{metric}`)" for metric in entry.card["metrics"])
        facts = [("Maps", entry.card["title"]), ("Source", entry.card["source"]), ("Licence", entry.card["licence"]),
                 ("Metrics", f"{metrics}; the first one chooses the best epoch")]
        options = [(f"`{key}`", f"`{value!r}`") for key, value in registry.tasks.overrides(name).items()]
        published = [(who, score, f"<{address}>") for who, score, address in entry.card["published"]]
        sizes = [(f"`{row.options}`" if row.options else "", row.split, f"{row.examples:,}", f"{row.references:,}",
                  f"{row.mean_source_tokens:.1f}, up to {row.longest_source}",
                  f"{row.mean_target_tokens:.1f}, up to {row.longest_target}")
                 for row in counted[counted["task"] == name].itertuples()]
        parts += [f"## {name}", table(("", ""), facts), table(("Option", "Default"), options),
                  table(("Options", "Split", "Examples", "References", "Source tokens", "Target tokens"), sizes, right=(2, 3)),
                  *([table(("Published", "On the test split", "Source"), published)] if published else ()),
                  directive("autofunction", f"{entry.module}.{entry.make.__qualname__}"), directive("automodule", entry.module)]
    return "\n\n".join(parts) + "\n"


def parity_page(path):
    """The page of what the parity tests measured."""
    import csv

    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = ["# Parity",
             "Every variant is held to a reference with the same weights. The difference is the largest absolute one, over the "
             "largest magnitude of the reference or over 1 where that is smaller; a test fails above the tolerance.",
             "`python -m pytest --parity-csv=results/parity.csv` measures it anew."]
    for family, members in itertools.groupby(rows, key=lambda row: row["variant"]):
        parts += [f"## {family}", table(("Reference", "What is compared", "Largest difference", "Tolerance"),
                                        [list(row.values())[1:] for row in members], right=(2, 3))]
    return "\n\n".join(parts) + "\n"


def speed_page(what, path):
    """The page of how fast decoding or training is beside other libraries."""
    module = importlib.import_module(f"benchmarks.peers.{what}")
    return module.render(path) if path.is_file() else f"# Speed of {what}\n\nNothing has been measured yet.\n"


def results_index(suites):
    """The index of the suites that have results."""
    links = [f"- [{suite.title}]({suite.name}/index.md): `python -m benchmarks {suite.name}`" for suite, _ in suites]
    parts = ["# Results", "Tables and figures rendered from the rows in `results/`, one page a suite.", "\n".join(links),
             toctree([f"{suite.name}/index" for suite, _ in suites])]
    return "\n\n".join(parts) + "\n"


# Markdown -----------------------------------------------------------------------------------------------------------


def family(name, models):
    """Those of `models` that are of a family, the smallest first."""
    from zoo import registry
    from zoo.listing import count_parameters

    members = (model for model in models if registry.card(model)["family"] == name)
    return sorted(members, key=count_parameters)


def paper_link(paper):
    """Authors, year and title, with the address behind the title."""
    return f"{paper['authors']} {paper['year']}: [{paper['title']}]({paper['url']})"


def table(headers, rows, right=()):
    """A Markdown table; columns in `right` are aligned to the right."""
    line = lambda cells: "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
    rule = ["---:" if column in right else "---" for column in range(len(headers))]
    return "\n".join([line(headers), line(rule), *map(line, rows)])


def fence(kind, text):
    """A fenced block."""
    return f"```{kind}\n{text}\n```"


def directive(kind, name):
    """An autodoc directive whose names do not enter the index, since several pages may hold them."""
    return fence("{eval-rst}", f".. {kind}:: {name}\n   :no-index:")


def toctree(pages):
    """A hidden table of contents."""
    return fence("{toctree}", ":hidden:\n\n" + "\n".join(pages))


def write(path, text):
    """Writes a page."""
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
