"""Pairs in files of every kind, for tests of their readers."""

import gzip
import json

from zoo.data.readers.pairs import open_pairs

PAIRS = [("ein Haus", "a house"), ("zwei", "two"), ("drei", "three")]


def table(*rows, between="\t"):
    return "".join(between.join(row) + "\n" for row in rows)


def objects(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def write(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = data if isinstance(data, bytes) else data.encode()
        path.write_bytes(
            gzip.compress(data)
            if name.endswith(".gz") and not data.startswith(b"!")
            else data.removeprefix(b"!")
        )


def read(folder, data, columns=None, oddities=None):
    paths = [str(folder / name) for name in ([data] if isinstance(data, str) else data)]
    return {split: list(pairs) for split, pairs in open_pairs(paths, columns, oddities).items()}
