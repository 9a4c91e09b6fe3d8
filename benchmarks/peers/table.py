"""The tables in results/peers, in which new measurements replace old ones."""

import pandas as pd

from benchmarks import provenance
from zoo.backend import cores
from zoo.errors import UnknownName
from zoo.files import write_text


def replace_rows(rows, order, path, page, render):
    """Replaces the rows of one shape in a table, and renders the table's page.

    Args:
        rows: list of dicts, the new rows of one shape.
        order: list of str, the names of all shapes. Rows of unknown shapes are dropped.
        path: path of the table, which ends in ".csv".
        page: path of its Markdown page.
        render: function from the table's path to its Markdown.
    """
    table = pd.DataFrame(rows).assign(
        commit=provenance.commit(), processor=provenance.processor(), cores=cores()
    )
    if path.is_file():
        old = pd.read_csv(path)
        table = pd.concat([old[old["shape"].isin(set(order) - {rows[0]["shape"]})], table])
        table = table.sort_values("shape", key=lambda names: names.map(order.index), kind="stable")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, table.to_csv(index=False, float_format="%.4g"))
    write_text(page, render(path))


def check_names(names, shapes):
    """Raises `UnknownName` for a name that is not a shape of this kind of comparison."""
    for name in names:
        if name not in shapes:
            raise UnknownName("shape", name, list(map(repr, shapes)))


def distinct(values):
    """The distinct values of a column in their order, as text."""
    return ", ".join(dict.fromkeys(values.astype(str)))
