"""Sphinx settings. `python docs/build.py` generates the pages and builds the site; nothing is fetched from a network."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import zoo  # noqa: E402

project = "Seq2seq zoo"
version = release = zoo.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
needs_sphinx = "8.0"

# Docstrings: Google style; single backticks link to what has an entry and are code where there is none.
default_role = "py:obj"
nitpick_ignore_regex = [("py:obj", ".*"), ("py:class", r"Scalar|[a-z_]+|numpy\..*")]  # words that stand where a type may stand
napoleon_numpy_docstring = False
napoleon_use_ivar = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"
add_module_names = False
python_use_unqualified_type_names = True

myst_heading_anchors = 3
myst_update_mathjax = False

html_theme = "furo"
html_title = f"{project} {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {"top_of_page_buttons": []}
pygments_style, pygments_dark_style = "friendly", "monokai"


def escape_stars(app, what, name, obj, options, lines):
    """`a, **kwargs` in an Args section is a name, not the start of bold text."""
    for number, line in enumerate(lines):
        lines[number] = line.replace(" **", r" \*\*")


def setup(app):
    """Runs before napoleon reads the sections."""
    app.connect("autodoc-process-docstring", escape_stars, priority=400)
