"""Markdown that the generated pages are made of."""


def table(headers, rows, right=()):
    """A Markdown table; columns in `right` are aligned to the right."""
    rule = ["---:" if column in right else "---" for column in range(len(headers))]
    return "\n".join([table_line(headers), table_line(rule), *map(table_line, rows)])


def table_line(cells):
    """A line of a Markdown table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def wrapped(text):
    """A table whose words wrap, so that it fits the page."""
    return f":::{{div}} wrapped\n{text}\n:::"


def fence(kind, text):
    """A fenced block."""
    return f"```{kind}\n{text}\n```"


def directive(kind, name):
    """An autodoc directive that stays out of the index, since several pages may hold its name."""
    return fence("{eval-rst}", f".. {kind}:: {name}\n   :no-index:")


def toctree(pages):
    """A hidden table of contents."""
    return fence("{toctree}", ":hidden:\n\n" + "\n".join(pages))


def dropdown(title, text):
    """A text that opens on a click."""
    return f":::{{dropdown}} {title}\n{text}\n:::"
