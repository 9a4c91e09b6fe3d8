"""The tables in results/peers, in which new measurements replace old ones."""

import os

import pandas as pd

from benchmarks import provenance
from zoo.errors import ZooError
from zoo.files import write_text


def keep(rows, order, path, page, render):
    """Replaces the rows of one shape in a table, and renders the table's page.

    Args:
        rows: list of dicts, the new rows of one shape.
        order: list of str, the names of all shapes. Rows of unknown shapes are dropped.
        path: path of the table, which ends in ".csv".
        page: path of its Markdown page.
        render: function from the table's path to its Markdown.
    """
    table = pd.DataFrame(rows).assign(
        commit=provenance.commit(), processor=provenance.processor(), cores=os.cpu_count()
    )
    if path.is_file():
        old = pd.read_csv(path)
        table = pd.concat([old[old["shape"].isin(set(order) - {rows[0]["shape"]})], table])
        table = table.sort_values("shape", key=lambda names: names.map(order.index), kind="stable")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, table.to_csv(index=False, float_format="%.4g"))
    write_text(page, render(path))


def hide_cards():
    """Keeps this process and its workers on the processor, which the tables compare."""
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"


def check_names(names, shapes, what):
    """Raises `ZooError` for a name that is not a shape of `python -m benchmarks peers WHAT`."""
    unknown = [name for name in names if name not in shapes]
    if unknown:
        raise ZooError(
            f"there is no shape {unknown[0]!r}: python -m benchmarks peers {what} takes "
            f"{', '.join(map(repr, shapes))}, or none of them for all"
        )


def unique(values):
    """The distinct values of a column in their order, as text."""
    return ", ".join(dict.fromkeys(values.astype(str)))
