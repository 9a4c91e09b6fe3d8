"""What two sets of rows were made by, where it differs: settings, code, versions, hardware."""

import json

from benchmarks.rows import read_rows

PROVENANCE = ("code", "commit", "versions", "hardware", "precision")


def settings_that_differ(first, second, names=None):
    """Lines that say what else differs between the rows of two folders, or those of some cells."""
    rows = [rows_of(folder, names) for folder in (first, second)]
    lines = []
    for folder, here, there in ((first, *rows), (second, *reversed(rows))):
        alone = sorted(here.keys() - there.keys())
        if alone:
            few = ", ".join(alone[:3]) + (", ..." if len(alone) > 3 else "")
            cells = f"{len(alone)} cell{'s' * (len(alone) > 1)}"
            lines.append(f"only in {folder}: {cells} ({few})")
    both = sorted(rows[0].keys() & rows[1].keys())
    changed = {}
    for name in both:
        a, b = (made_by(found[name]) for found in rows)
        for key in dict.fromkeys([*a, *b]):
            if a.get(key) != b.get(key):
                pair = f"{shown(a.get(key))} -> {shown(b.get(key))}"
                changed.setdefault(key, []).append(pair)
    for key, pairs in changed.items():
        kinds = len(set(pairs))
        few = "" if kinds == 1 else f", and {kinds - 1} more such change{'s' * (kinds > 2)}"
        where = "" if len(pairs) == len(both) else f" ({len(pairs)} of {len(both)} cells)"
        lines.append(f"{key}: {pairs[0]}{few}{where}")
    return lines


def made_by(row):
    """What made a row, as a flat dict."""
    return flat({"settings": row["settings"]} | {key: row.get(key) for key in PROVENANCE})


def flat(value, name=""):
    """A nested dict as one of dotted names."""
    if not isinstance(value, dict):
        return {name: value}
    return {
        key: x
        for field, item in value.items()
        for key, x in flat(item, f"{name}.{field}" if name else field).items()
    }


def shown(value):
    """A value on one line."""
    return "nothing" if value is None else json.dumps(value)


def rows_of(folder, names=None):
    """The rows of a folder by cell name, or those of the cells in `names`."""
    rows = read_rows(folder)
    return rows if names is None else {name: rows[name] for name in rows.keys() & names}
