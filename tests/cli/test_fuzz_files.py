"""Generated damage to the files of a run: one line or a result, no traceback, no hang.

`FUZZ_CASES=1000 python -m pytest -n 0 tests/cli/test_fuzz_files.py` tries more of it.
"""

import copy
import json
import os
import random
import shutil

import pytest

from tests.cli.test_fuzz import check

CASES = int(os.environ.get("FUZZ_CASES", "30"))  # of each kind
VALUES = [None, True, False, -1, 0, 1, 3, 2**31, 10**30, -(10**30), 0.5, 1e9, 1e400, -1e400]
VALUES += [float("nan"), "", "a", "1", "-1", "null", "\ud800", "\udcff", "\x1b[31m", "ä" * 5000]
VALUES += ["a\nb", "__class__", [], [1], [None], ["a"] * 5000, {}, {"a": 1}, {"": None}, [[[[]]]]]

DEEP = "nested more deeply than Python reads"


def places(value, found=()):
    """(container, key) of every value inside of a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield value, key
        if isinstance(inner, (dict, list)):
            yield from places(inner)


def damaged(value, rng):
    """A JSON value with one or two of its parts replaced, wrapped, removed or added."""
    value = copy.deepcopy(value)
    for _ in range(rng.choice([1, 1, 1, 2])):
        found = list(places(value)) if isinstance(value, (dict, list)) else []
        if not found or rng.random() < 0.03:
            value = rng.choice(VALUES)
            continue
        place, key = rng.choice(found)
        action = rng.choice(["replace"] * 5 + ["wrap", "text", "remove", "add", "twice", "deep"])
        if action == "replace":
            place[key] = rng.choice(VALUES)
        elif action == "wrap":
            place[key] = rng.choice([[place[key]], {"a": place[key]}])
        elif action == "text":
            place[key] = str(place[key])
        elif action == "deep":
            place[key] = DEEP
        elif isinstance(place, list):
            place[key : key + 1] = {"remove": [], "add": [place[key], 5]}.get(
                action, [place[key], place[key]]
            )
        elif action == "remove":
            del place[key]
        else:
            place["extra"] = place[key]
    return value


def written(value):
    """A value as JSON, with lists inside of lists in place of `DEEP`."""
    return json.dumps(value).replace(f'"{DEEP}"', "[" * 2000 + "]" * 2000)


@pytest.fixture
def run(here, tmp_path):
    """A copy of a scored run, which a test may break."""
    shutil.copytree(here / "runs" / "attentive", tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize("case", range(CASES))
def test_a_config_that_the_training_did_not_write(run, capsys, case):
    rng = random.Random(case)
    path = run / "config.json"
    config = json.loads(path.read_text())
    broken = damaged(config, rng)
    decides = ("zoo", "sha256")
    same = isinstance(broken, dict) and (
        {key: x for key, x in broken.items() if key not in decides}
        == {key: x for key, x in config.items() if key not in decides}
    )
    path.write_text(written(broken))
    commands = [["runs", str(run.parent)], ["runs", str(run), str(run)]]
    check(rng.choice(commands), capsys)
    check(["generate", str(run), "a b"], capsys, (0, 2) if same else (2,))


@pytest.mark.parametrize("case", range(CASES))
def test_a_config_of_an_earlier_release(run, capsys, case):
    """Nothing says that it was changed, so every value must be looked at where it is used."""
    rng = random.Random(1000 + case)
    path = run / "config.json"
    config = json.loads(path.read_text())
    del config["sha256"]
    path.write_text(written(damaged(config, rng)))
    commands = [["generate", str(run), "a b"], ["align", str(run), "a b"]]
    commands += [["evaluate", str(run), "--limit", "2"], ["train", "--resume", str(run)]]
    commands += [["export", str(run), str(run.parent / "new")], ["report", str(run)]]
    check(rng.choice(commands), capsys)


@pytest.mark.parametrize("case", range(CASES))
@pytest.mark.parametrize("name", ["scores.json", "history.jsonl", "predictions.tsv"])
def test_results_that_are_not_what_they_were(run, capsys, monkeypatch, name, case):
    rng = random.Random(2000 + case)
    path = run / name
    if name != "history.jsonl":  # which alone is drawn
        monkeypatch.setattr("zoo.runs.report.curves", lambda history: "")
    if name == "scores.json":
        path.write_text(written(damaged(json.loads(path.read_text()), rng)))
    elif name == "history.jsonl":
        lines = path.read_text().splitlines() * rng.choice([1, 3])
        chosen = rng.randrange(len(lines))
        lines[chosen] = written(damaged(json.loads(lines[chosen]), rng))
        path.write_text("\n".join(lines))
    else:
        data = bytearray(path.read_bytes())
        for _ in range(rng.choice([1, 5])):
            place = rng.randrange(len(data))
            data[place : place + rng.choice([0, 1, 9])] = rng.choice(
                [b"", b"\t", b"\n", b"\\", b"\\x", b"\xff", b"\x00", b"a\tb\n", b"\\u12"]
            )
        path.write_bytes(data)
    check(["runs", str(run), str(run)] if rng.random() < 0.4 else ["report", str(run)], capsys)
