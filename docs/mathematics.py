"""A Sphinx extension: equations as MathML, and the lines of code that carry them.

MathML is drawn by the browser itself, so a page needs no script; the font, STIX Two Math, is that
of the package ziamath. The lines are read from the code when the site is built.
"""

import importlib.util
import inspect
import pathlib
import pkgutil
import shutil
import textwrap

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.utils.math.latex2mathml import tex2mathml

FONT = "STIXTwoMath-Regular.ttf"


class Lines(Directive):
    """Lines of a function, method or class, between two marks.

    The argument names it, such as `zoo.layers.lstm.lstm_cell`. `:from:` is a part of the first
    line to show and `:to:` a part of the last one; without `:to:` it is that one statement.
    Docstrings are passed over.
    """

    required_arguments = 1
    option_spec = {"from": directives.unchanged_required, "to": directives.unchanged_required}

    def run(self):
        name, first_mark = self.arguments[0], self.options.get("from", "def ")
        try:
            made = pkgutil.resolve_name(name)
            lines, first = inspect.getsourcelines(made)
            start = found(lines, first_mark, below_docstring(lines, first_mark))
            end = whole(lines, start, found(lines, self.options.get("to", first_mark), start))
        except (AttributeError, ImportError, IndexError, TypeError, ValueError) as error:
            raise self.error(f"{name}: {error}") from error
        code = textwrap.dedent("".join(lines[start : end + 1])).rstrip()
        module = inspect.getmodule(made).__name__.replace(".", "/")
        caption = nodes.caption("", f"{module}.py, line {first + start}")
        block = nodes.literal_block(code, code, language="python")
        return [nodes.container("", caption, block, literal_block=True, classes=["carries"])]


def below_docstring(lines, mark):
    """Index of the first line below the docstring, if there is one above the mark."""
    quotes = [number for number, line in enumerate(lines) if '"""' in line]
    if not quotes or found(lines, mark, 0) < quotes[0]:
        return 0
    return (quotes[0] if lines[quotes[0]].count('"""') > 1 else quotes[1]) + 1


def found(lines, mark, start):
    """Index of the first line from `start` on that holds a mark."""
    for number in range(start, len(lines)):
        if mark in lines[number]:
            return number
    raise ValueError(f"no line holds '{mark}'")


def whole(lines, start, end):
    """Index of the line that closes the last bracket opened from `start` to `end`."""
    code = "".join(lines[start : end + 1])
    if sum(map(code.count, "([{")) <= sum(map(code.count, ")]}")):
        return end
    return whole(lines, start, end + 1)


def block_math(translator, node):
    """An equation on a line of its own."""
    mathml = tex2mathml(node.astext(), as_block=True)
    translator.body.append(f'<div class="math">{mathml}</div>')
    raise nodes.SkipNode


def inline_math(translator, node):
    """An equation in a sentence."""
    translator.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def copy_font(app, error):
    """Puts the font of equations beside site.css, which names it."""
    if not error:
        package = importlib.util.find_spec("ziamath").submodule_search_locations[0]
        shutil.copy(pathlib.Path(package) / "fonts" / FONT, app.outdir / "_static")


def setup(app):
    """Registers the directive `lines` and the renderer `mathml`."""
    app.connect("build-finished", copy_font)
    app.add_directive("lines", Lines)
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
