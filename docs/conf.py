"""Sphinx settings. `python docs/build.py` generates the pages and builds the site; nothing is
fetched from a network.
"""

import importlib.metadata
import inspect
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from home_page import peer_versions  # noqa: E402

import zoo  # noqa: E402

project = "Seq2seq zoo"
version = release = zoo.__version__
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "mathematics",
]
exclude_patterns = [
    "_build",
    "README.md",  # of the folder on a forge
    "equations",  # parts of other pages, as the next four
    "generated/exports_table.md",
    "generated/false_differences.md",
    "generated/history",
    "generated/quick_table.md",
]
needs_sphinx = "8.0"

# Docstrings: Google style; single backticks link to what has an entry and are code where there is
# none.
default_role = "py:obj"
nitpick_ignore_regex = [
    ("py:obj", ".*"),
    ("py:class", r"Scalar|[a-z_]+|numpy\..*"),
]  # words where a type may stand
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
add_module_names = False
python_use_unqualified_type_names = True

copybutton_prompt_text = r"\$ |>>> "  # left out of what is copied
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"
copybutton_line_continuation_character = "\\"
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "dollarmath", "substitution"]
myst_substitutions = {
    "families": len(zoo.registry.list_families()),
    "peer_versions": peer_versions(),
}
myst_update_mathjax = False
html_math_renderer = "mathml"  # of mathematics.py

html_theme = "furo"
html_title = f"{project} {version}"
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_search_scorer = str(HERE / "search_scorer.js")
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
REPOSITORY = dict(
    line.split(", ", 1)
    for line in importlib.metadata.metadata("seq2seq-zoo").get_all("Project-URL")
)["Repository"]
MARK = (  # three dots and two branches, drawn in the text's colour
    '<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5">'
    '<circle cx="4" cy="3" r="1.7"/><circle cx="4" cy="13" r="1.7"/>'
    '<circle cx="12" cy="5" r="1.7"/>'
    '<path d="M4 4.7v6.6M12 6.7c0 3-8 1.6-8 4.6"/></svg>'
)
html_theme_options = {
    "top_of_page_buttons": [],
    "footer_icons": [{"name": "Source code", "url": REPOSITORY, "html": MARK, "class": ""}],
}
WORD = re.compile(r'(?<=<span class="pre">)[^<]{13,}')
BACK = re.compile(r'<a class="viewcode-back" href="[^"#]*#([^"]+)">[^<]*</a>')


def constructor_signature(app, what, name, obj, options, signature, returns):
    """The constructor's own arguments, which Keras hides behind `*args, **kwargs`."""
    if what == "class" and signature == "(*args, **kwargs)":
        parameters = list(inspect.signature(obj.__init__).parameters.values())[1:]
        return str(inspect.Signature(parameters)), returns
    return None


def escape_stars(app, what, name, obj, options, lines):
    """A star outside of backticks is a star, as in `"*lstm*"` and `**kwargs`, and not the start of
    emphasis; a name that starts with a dot, such as `.keras`, is code and not a search for it.
    """
    for number, line in enumerate(lines):
        if not line.lstrip().startswith(">>>"):
            parts = line.split("`")
            for i, part in enumerate(parts):
                if i % 2 == 0:
                    parts[i] = part.replace("*", r"\*")
                elif part.startswith("."):
                    parts[i] = f"`{part}`"
            lines[number] = "`".join(parts)


def drop_dead_links(app, page, template, context, doctree):
    """The links of a page of code back to what is documented without an anchor of its own."""
    if page.startswith("_modules/"):
        known = app.env.domains.python_domain.objects
        context["body"] = BACK.sub(lambda x: x[0] if x[1] in known else "", context["body"])


def let_names_break(app, page, template, context, doctree):
    """A long name in a narrow column breaks after an underscore, not inside of a word."""
    context["body"] = WORD.sub(lambda x: x[0].replace("_", "_<wbr>"), context.get("body", ""))


def setup(app):
    """Connects the above; docstrings are mended before napoleon reads their sections."""
    app.connect("html-page-context", drop_dead_links)
    app.connect("html-page-context", let_names_break)
    app.connect("autodoc-process-signature", constructor_signature)
    app.connect("autodoc-process-docstring", escape_stars, priority=400)
