"""Pairs from files of every kind, from folders of splits, and from named columns."""

import pytest

from tests.data.readers.pair_files import PAIRS, objects, read, table, write
from zoo.data.readers.pairs import check_columns, open_pairs, split_files
from zoo.errors import ZooError


@pytest.mark.parametrize(
    "files, columns",
    [
        ({"a.tsv": table(*PAIRS)}, None),
        ({"a.tsv.gz": table(*PAIRS)}, None),
        ({"a.TSV": table(*PAIRS)}, None),
        ({"a.tsv": "\ufeff" + table(*PAIRS).replace("\n", "\r\n")}, None),
        ({"a.tsv": table(*PAIRS)[:-1]}, None),
        ({"a.tsv": table(("de", "id", "en"), *((s, "7", t) for s, t in PAIRS))}, ("de", "en")),
        (
            {"a.csv": table(("target", "source"), *(pair[::-1] for pair in PAIRS), between=",")},
            None,
        ),
        (
            {"a.csv": table(("mr", "ref"), *((f'"{s}"', t) for s, t in PAIRS), between=",")},
            ("mr", "ref"),
        ),
        ({"a.jsonl": objects(*({"source": s, "target": t} for s, t in PAIRS))}, None),
        (
            {"a.jsonl.gz": objects(*({"translation": {"de": s, "en": t}} for s, t in PAIRS))},
            ("translation.de", "translation.en"),
        ),
        (
            {
                "x.de": table(*zip([s for s, _ in PAIRS])),
                "x.en": table(*zip([t for _, t in PAIRS])),
            },
            None,
        ),
        (
            {
                "x.de.gz": table(*zip([s for s, _ in PAIRS])),
                "x.en": table(*zip([t for _, t in PAIRS])),
            },
            None,
        ),
    ],
)
def test_every_kind_gives_the_same_pairs(tmp_path, files, columns):
    write(tmp_path, files)
    assert read(tmp_path, list(files), columns) == {None: PAIRS}


@pytest.mark.parametrize(
    "files, columns",
    [
        (
            {
                "train.tsv": table(*PAIRS),
                "dev.tsv": table(PAIRS[1]),
                "test.tsv": table(PAIRS[2]),
                "README.md": "!",
            },
            None,
        ),
        (
            {
                "train.jsonl": objects(*({"source": s, "target": t} for s, t in PAIRS)),
                "valid.tsv.gz": table(PAIRS[1]),
                "test.csv": "source,target\ndrei,three\n",
            },
            None,
        ),
        (
            {
                f"{name}.{end}": table(*((pair[side],) for pair in pairs))
                for side, end in enumerate(("de", "en"))
                for name, pairs in (("train", PAIRS), ("val", PAIRS[1:2]), ("test", PAIRS[2:]))
            },
            ("de", "en"),
        ),
        (
            {
                f"{name}.{end}.gz": table(*((pair[side],) for pair in pairs))
                for side, end in enumerate(("source", "target"))
                for name, pairs in (
                    ("train", PAIRS),
                    ("validation", PAIRS[1:2]),
                    ("test", PAIRS[2:]),
                )
            },
            None,
        ),
    ],
)
def test_a_folder_of_splits(tmp_path, files, columns):
    write(tmp_path, {f"data/{name}": text for name, text in files.items()})
    assert read(tmp_path, "data", columns) == {
        "train": PAIRS,
        "validation": PAIRS[1:2],
        "test": PAIRS[2:],
    }


@pytest.mark.parametrize(
    "files, columns, message",
    [
        ({"dev.tsv": ""}, None, "no file for the split train"),
        ({}, None, "no file for the split train"),
        (
            {"train.de": "a\n", "train.en": "b\n"},
            None,
            "train.de, train.en for the split train; name the endings",
        ),
        ({"train.de": "a\n", "train.en": "b\n"}, ("de", "fr"), "name the endings"),
        ({"train.de": "a\n"}, ("de", "en"), "name the endings"),
        (
            {"train.tsv": "a\tb\n", "train.jsonl": "{}\n"},
            None,
            "for the split train; name the endings",
        ),
        ({"train.txt": "a\n"}, None, "train.txt for the split train"),
    ],
)
def test_folders_that_are_not_clear(tmp_path, files, columns, message):
    (tmp_path / "data").mkdir()
    write(tmp_path, {f"data/{name}": text for name, text in files.items()})
    with pytest.raises(ZooError, match=message):
        read(tmp_path, "data", columns)


@pytest.mark.parametrize(
    "columns, message",
    [
        (("de",), "columns are two names"),
        ("de", "columns are two names"),
        (("de", "de"), "columns are two names"),
        (("de", "fr"), "unknown column .*'fr'"),
        (("de", "x"), "line 1: 2 columns are called 'x'"),
    ],
)
def test_columns_that_are_not_there(tmp_path, columns, message):
    write(tmp_path, {"a.tsv": "de\ten\tx\tx\na\tb\tc\td\n"})
    with pytest.raises(ZooError, match=message):
        read(tmp_path, "a.tsv", columns)


def test_what_is_not_there(tmp_path):
    with pytest.raises(ZooError, match="there is no .*none.tsv"):
        read(tmp_path, "none.tsv")
    with pytest.raises(ZooError, match="is a folder, which holds both sides"):
        write(tmp_path, {"data/train.tsv": "a\tb\n"})
        read(tmp_path, ["data", "data"])
    with pytest.raises(ZooError, match="cannot load the data set .*nowhere"):
        open_pairs(f"hf:{tmp_path}/nowhere")


def test_endings_may_be_in_capitals(tmp_path):
    write(tmp_path, {"a.tsv.gz": "a\tb\n"})
    (tmp_path / "a.tsv.gz").rename(tmp_path / "a.TSV.GZ")
    assert read(tmp_path, "a.TSV.GZ") == {None: [("a", "b")]}


@pytest.mark.parametrize("data", [5, [5], None, [], ["a", "b", "c"], {"a": 1}])
def test_data_of_another_type(data):
    with pytest.raises(ZooError, match="data are one path, or two parallel text files, got"):
        open_pairs(data)


@pytest.mark.parametrize("columns", [5, "de", ["de"], ["de", "de"], ["de", 5], {"de": "en"}])
def test_columns_of_another_type(columns):
    with pytest.raises(ZooError, match="columns are two names, .* got"):
        check_columns(columns)


def test_files_that_a_split_is_read_from(tmp_path):
    write(
        tmp_path, {"d/train.tsv": "", "d/test.tsv.gz": "", "d/README": "", "d/more/train.tsv": ""}
    )
    found = split_files(str(tmp_path / "d"))
    assert {split: [path.name for path in files] for split, files in found.items()} == {
        "train": ["train.tsv"],
        "test": ["test.tsv.gz"],
    }


@pytest.mark.parametrize(
    "names, columns",
    [
        (["train.de", "train.en", "train.tok.en"], ("de", "en")),
        (["train.tsv", "train.csv"], None),
        (["train.de", "train.en", "dev.de", "dev.en", "val.en"], ("de", "en")),
    ],
)
def test_two_files_of_one_side_are_not_chosen_between(tmp_path, names, columns):
    write(tmp_path, dict.fromkeys(names, table(("a",))))
    with pytest.raises(ZooError, match="for the split .*keep one file per side"):
        split_files(tmp_path, columns)


def test_two_tables_are_not_two_parallel_texts(tmp_path):
    write(tmp_path, {name: "source,target\na,b\n" for name in ("train.csv", "valid.csv")})
    with pytest.raises(ZooError, match="are tables, not parallel texts; put them into one folder"):
        read(tmp_path, ["train.csv", "valid.csv"])


def test_a_table_whose_header_has_other_names_says_what_to_do(tmp_path):
    write(tmp_path, {"a.csv": "en,de\na,b\n"})
    with pytest.raises(ZooError, match="among en, de; name them with --columns SOURCE TARGET"):
        read(tmp_path, ["a.csv"])
