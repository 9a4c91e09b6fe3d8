"""The site builds without a warning, has every page it should, and needs no network."""

import html.parser
import inspect
import re
import runpy
import sys
import urllib.parse

import pytest

import zoo
from tests.docs.blocks import DOCS
from tests.docs.conftest import FAMILIES
from zoo.catalog import count_parameters
from zoo.layers.additive_attention import additive_weights


def test_every_family_has_a_page_in_the_index(site):
    index = (site / "generated/models/index.html").read_text()
    for family in FAMILIES:
        page = (site / f"generated/models/{family}.html").read_text()
        assert zoo.card(f"{family}_mini")["paper"]["url"] in page, family
        assert f'href="{family}.html"' in index


def test_a_family_shows_its_sizes_options_and_parity(site):
    page = (site / "generated/models/bilstm_luong.html").read_text()
    for words in (
        "bilstm_luong_mini",
        f"{count_parameters('bilstm_luong_mini'):,}",
        "input_feeding",
        "width of embeddings, memory and decoder",  # the meaning of an option, from the docstring
        'href="../parity.html#bilstm-luong"',
    ):
        assert words in page, words


def test_commands_and_fields_are_those_of_the_code(site):
    commands = (site / "generated/commands.html").read_text()
    for name in ("train", "generate", "push", "find-lr"):
        assert f'id="zoo-{name}"' in commands and f"usage: zoo {name}" in commands
    fields = (site / "generated/recipe_fields.html").read_text().replace("<wbr>", "")
    assert all(f">{name}<" in fields for name in zoo.Recipe.fields())


def test_the_home_page_shows_the_table_in_short(site):
    page = (site / "index.html").read_text()
    assert 'href="generated/models/bilstm_bahdanau.html"' in page and "wrong words, %" in page


def test_every_task_has_a_page(site):
    index = (site / "generated/tasks/index.html").read_text()
    for name in zoo.list_tasks():
        assert f'href="{name}.html"' in index
        assert f"<h1>{name}<" in (site / f"generated/tasks/{name}.html").read_text()


def test_what_was_not_measured_is_no_number(site):
    for page in site.rglob("*.html"):
        assert not re.search(r">\s*[-+±]?nan\b", page.read_text()), page


def test_every_public_name_is_in_the_reference(site):
    page = (site / "api.html").read_text()
    assert [
        name for name in zoo.__all__ if name != "__version__" and f'id="zoo.{name}"' not in page
    ] == []


def test_results_have_their_figures(site):
    for folder in (path.parent for path in (DOCS.parent / "results").glob("*/rows")):
        page = (site / f"generated/results/{folder.name}/index.html").read_text()
        figures = re.findall(r'src="[^"]*/([^"/]*\.svg)"', page)
        assert len(figures) == len(list(folder.glob("*.svg")))
        assert all((site / "_images" / figure).is_file() for figure in figures)


def test_results_and_models_lead_to_each_other(site):
    page = (site / "generated/results/quick/index.html").read_text()
    assert 'href="../../models/bilstm_bahdanau.html"' in page
    model = (site / "generated/models/bilstm_bahdanau.html").read_text()
    assert 'href="../results/quick/index.html"' in model


class Assets(html.parser.HTMLParser):
    """Collects the addresses that a browser loads by itself."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.found += [
            values[key] for key in ("src", "srcset", "data", "poster") if values.get(key)
        ]
        if tag == "link" and values.get("rel") not in ("canonical", "author"):
            self.found.append(values.get("href") or "")


class Links(html.parser.HTMLParser):
    """Collects where a page leads to, and the anchors that it has."""

    def __init__(self, page):
        super().__init__()
        self.links, self.anchors = [], {""}
        self.feed(page.read_text())

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.anchors |= {values.get("id"), values.get("name")}
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])


def test_every_link_within_the_site_leads_somewhere(site):
    pages = {page.resolve(): Links(page) for page in site.rglob("*.html")}
    broken = []
    for page, found in pages.items():
        for link in found.links:
            address = urllib.parse.urlsplit(link)
            if address.scheme or address.netloc:
                continue
            path = page
            if address.path:
                path = (page.parent / urllib.parse.unquote(address.path)).resolve()
            anchor = urllib.parse.unquote(address.fragment)
            if "=" in anchor and path.name == "explorer.html":  # a view of its table
                anchor = ""
            if not path.is_file() or path in pages and anchor not in pages[path].anchors:
                broken.append(f"{page.relative_to(site)}: {link}")
    assert broken == []


def test_equations_stand_above_lines_that_are_read_from_the_code(site):
    page = (site / "paper_to_code.html").read_text()
    assert "<math" in page and "mathjax" not in page.lower()
    shown = [re.sub(r"<[^>]+>", "", x) for x in re.findall(r"(?s)<pre>(.*?)</pre>", page)]
    source = inspect.getsource(additive_weights).splitlines()
    line = next(line for line in source if "tanh" in line)
    assert any(line.strip() in html.unescape(block) for block in shown)


def test_no_asset_is_external(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(FAMILIES)
    for page in pages:
        assets = Assets()
        assets.feed(page.read_text())
        assert assets.found and not [address for address in assets.found if "//" in address], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"""(url\(|@import)\s*["']?(https?:)?//""", sheet.read_text()), sheet


@pytest.fixture
def refused(monkeypatch, capsys):
    """Calls build.py in this process, and gives what it complains of."""
    monkeypatch.syspath_prepend(DOCS)  # as if it were run; undone with what it adds itself
    main = runpy.run_path(str(DOCS / "build.py"))["main"]

    def call(*words):
        assert main([str(word) for word in words]) == 2
        return capsys.readouterr().err

    return call


def test_missing_results_are_told_in_one_line(refused, tmp_path):
    missing = tmp_path / "quick"
    assert (
        refused("--results", tmp_path)
        == f"docs: {missing} has no rows; run: python -m benchmarks\n"
    )


def test_a_pattern_that_no_model_matches(refused):
    assert refused("--models", "transfomer") == "docs: no model matches 'transfomer'\n"


def test_a_missing_package_is_told_in_one_line(refused, tmp_path, monkeypatch):
    (tmp_path / "furo.py").write_text("raise ModuleNotFoundError(\"No module named 'furo'\")")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "furo", raising=False)
    assert (
        refused()
        == "docs: No module named 'furo'; install what the site needs: pip install -e .[docs]\n"
    )
