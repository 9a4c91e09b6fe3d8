"""`python docs/build.py`: generates pages, then builds the site. A warning is an error.

docs/*.md                         written by hand
docs/equations/                   the equations of each family, also by hand
docs/generated/models/            a page and diagrams per family of models, and an index
docs/generated/pictures/          their attention maps and learning curves
docs/generated/history/           what the page from paper to code takes from the results
docs/generated/gallery.md         all pictures of the families
docs/generated/changelog.md       this and the next two from the files of the repository
docs/generated/contributing.md
docs/generated/citing.md
docs/generated/tasks/             a page per task, and an index
docs/generated/choosing.md        which variant to use, from the rows
docs/generated/examples.md        what the trained models write, with their attention
docs/generated/commands.md        every command with its options
docs/generated/benchmark_commands.md  likewise those of python -m benchmarks
docs/generated/quick_table.md     the table in short, and two more parts of pages by hand:
docs/generated/exports_table.md   how equal exports are
docs/generated/false_differences.md  how often the tests of differences err
docs/generated/recipe_fields.md   the fields of a recipe with their defaults
docs/generated/suite_fields.md    the fields of a suite file
docs/generated/parity.md          how close each variant comes to its references
docs/generated/decoding_speed.md  decoding beside other libraries, from results/peers/decoding.csv
docs/generated/training_speed.md  training beside PyTorch, from results/peers/training.csv
docs/generated/results/SUITE/     tables and figures of each suite, as they stand in results/
docs/generated/results/explorer   all rows, to sort, filter and draw
docs/generated/results/claims/    which promises of the papers hold
docs/_build/html/                 the site
"""

import argparse
import contextlib
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))


def main(arguments=None):
    """Builds the site. Returns the exit status: 0, 1 when Sphinx has a warning, 2 for a mistake of
    the user's.
    """
    parser = argparse.ArgumentParser(
        prog="python docs/build.py", description="Builds the documentation site."
    )
    parser.add_argument(
        "--results", type=pathlib.Path, help="folder that holds one per suite (default: results)"
    )
    parser.add_argument(
        "--out",
        type=pathlib.Path,
        default=HERE / "_build" / "html",
        help="the site (default: docs/_build/html)",
    )
    parser.add_argument(
        "--models",
        default="*",
        metavar="PATTERN",
        help="pages of these models only, for a quick look",
    )
    options = parser.parse_args(arguments)
    try:
        return build(options.results, options.out, options.models)
    except ModuleNotFoundError as error:
        print(
            f"docs: {error}; install what the site needs: pip install -e .[docs]", file=sys.stderr
        )
    except OSError as error:
        print(
            f"docs: cannot read or write {error.filename or ''}: {error.strerror or error}",
            file=sys.stderr,
        )
    except Exception as error:
        from zoo.errors import ZooError

        if not isinstance(error, ZooError):
            raise
        print(f"docs: {error}", file=sys.stderr)
    return 2


def build(results, out, pattern):
    """Generates the pages and runs Sphinx on them."""
    for module in (
        "myst_parser",
        "furo",
        "sphinx_copybutton",
        "sphinx_design",
        "altair",
        "itables",
        "vl_convert",
        "ziamath",
    ):
        __import__(module)
    from sphinx.cmd.build import main as sphinx

    from benchmarks.suite import REPOSITORY
    from zoo import registry
    from zoo.backend import import_tensorflow
    from zoo.errors import ZooError

    results = results or REPOSITORY / "results"
    if not registry.list_models(pattern):
        raise ZooError(f"no model matches '{pattern}'")
    if not (results / "quick" / "rows").is_dir():
        raise ZooError(f"{results / 'quick'} has no rows; run: python -m benchmarks")
    for rows in results.glob("*/rows"):
        if not (rows.parent / "README.md").is_file():
            raise ZooError(f"{rows.parent} has no page yet; run: make results")
    import_tensorflow()
    if (out / ".buildinfo").is_file():  # pages of an earlier build that are gone now
        shutil.rmtree(out)
    generate(results, HERE / "generated", pattern)
    strict = ["-W", "--keep-going", "-n", "-E", *([] if sys.stdout.isatty() else ["-q"])]
    status = sphinx(
        ["-b", "html", *strict, "-d", str(out.parent / "doctrees"), str(HERE), str(out)]
    )
    if status:
        print("docs: the warnings above are errors; no site to publish", file=sys.stderr)
        return 1
    print(f"site: {out / 'index.html'}")
    return 0


def generate(results, folder, pattern):
    """Writes every generated page into `folder`, in place of what was there."""
    import choosing_page
    import drawings
    import examples_page
    import explorer
    import family_pages
    import gallery_page
    import measured_pages
    import paper_to_code
    import project_pages
    import reference_pages
    import result_parts
    import task_pages
    import tqdm

    from benchmarks.suite import REPOSITORY
    from zoo import registry

    def progress(items, what):
        return tqdm.tqdm(items, what, disable=None, leave=False)  # on a terminal alone

    models = registry.list_models(pattern)
    suites = load_suites(results)
    shutil.rmtree(folder, ignore_errors=True)
    parts = ["models", "tasks", "history", drawings.FOLDER, "results/claims"]
    for part in (*parts, *(f"results/{suite.name}" for suite, _ in suites)):
        (folder / part).mkdir(parents=True)
    found = family_pages.families(models)
    pictures = {
        family: drawings.draw_family(family, suites, results, folder / drawings.FOLDER)
        for family in progress([*found, *paper_to_code.drawn(found)], "pictures")
    }
    for family, names in progress(found.items(), "models"):
        page, diagrams = family_pages.family_page(family, names, suites, results, pictures[family])
        write(folder / "models" / f"{family}.md", page)
        for name, diagram in diagrams.items():
            write(folder / "models" / name, diagram)
    write(folder / "models" / "index.md", family_pages.families_page(found))
    write(folder / "gallery.md", gallery_page.gallery_page(found, pictures))
    for name, part in paper_to_code.chapters(suites, found, pictures).items():
        write(folder / "history" / f"{name}.md", part)
    write(folder / "tasks" / "index.md", task_pages.tasks_page(registry.list_tasks()))
    for name in progress(registry.list_tasks(), "tasks"):
        write(folder / "tasks" / f"{name}.md", task_pages.task_page(name, suites, results))
    write(folder / "choosing.md", choosing_page.choosing_page(suites, found, results))
    write(folder / "examples.md", examples_page.examples_page(found))
    write(folder / "commands.md", reference_pages.commands_page())
    write(folder / "benchmark_commands.md", reference_pages.benchmark_commands_page())
    write(folder / "recipe_fields.md", reference_pages.recipe_page())
    write(folder / "suite_fields.md", reference_pages.suite_fields_page())
    write(folder / "parity.md", measured_pages.parity_page(results / "parity.csv"))
    write(
        folder / "decoding_speed.md",
        measured_pages.speed_page("decoding", results / "peers" / "decoding.csv"),
    )
    write(
        folder / "training_speed.md",
        measured_pages.speed_page("training", results / "peers" / "training.csv"),
    )
    write(folder / "exports_table.md", measured_pages.exports_table(results / "exports.csv"))
    write(
        folder / "false_differences.md",
        measured_pages.false_differences(results / "same_variant.csv"),
    )
    write(folder / "results" / "index.md", result_parts.results_index(suites, results))
    page, scripts = explorer.explorer_page(suites, found)
    write(folder / "results" / "explorer.md", page)
    write(folder / "results" / explorer.SCRIPTS, scripts)
    table = result_parts.suite_page(result_parts.short_table(suites[0][1]), found)
    write(folder / "quick_table.md", table.replace("../../models/", "generated/models/"))
    claims = (results / "claims" / "README.md").read_text(encoding="utf-8")
    claims = result_parts.wrapped_tables(result_parts.suite_page(claims, found))
    write(folder / "results" / "claims" / "index.md", claims)
    for name, page in project_pages.project_pages(REPOSITORY).items():
        write(folder / f"{name}.md", page)
    for suite, _ in suites:
        page, place = results / suite.name, folder / "results" / suite.name
        for figure in page.glob("*.svg"):
            shutil.copy(figure, place)
        if (page / "attention").is_dir():  # drawn by the cells themselves
            shutil.copytree(page / "attention", place / "attention")
        text = (page / "README.md").read_text(encoding="utf-8")
        write(place / "index.md", result_parts.suite_page(text, found))


def load_suites(results):
    """Pairs of `Suite` and its comparisons by task, the quick suite first.

    Raises:
        ZooError: a row or its outcomes are broken.
    """
    from benchmarks.comparison import by_task
    from benchmarks.report import load_rows
    from benchmarks.suite import load_suite, suite_names

    names = ["quick", *(name for name in suite_names() if name != "quick")]
    suites = [load_suite(name) for name in names if (results / name / "rows").is_dir()]
    folders = [results / suite.name for suite in suites]
    return [(s, by_task(load_rows(s, folder), folder)) for s, folder in zip(suites, folders)]


def write(path, text):
    """Writes a page."""
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
