"""Folders that one process holds, leftovers of killed ones, and reading what others wrote."""

import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from zoo import files
from zoo.errors import ZooError
from zoo.files import LOCK, atomic, checksum, locked, read_bytes, read_json, read_text, sweep


def one_line(found):
    assert "\n" not in str(found.value)
    return str(found.value)


# Locks -------------------------------------------------------------------------------------------


def test_one_holder_at_a_time(tmp_path):
    with locked(tmp_path):
        assert os.listdir(tmp_path) == [LOCK]
        with pytest.raises(ZooError, match="another process writes to .*; wait for it"):
            with locked(tmp_path):
                pass
        with pytest.raises(ZooError, match="^the suite runs$"), locked(tmp_path, "the suite runs"):
            pass
    with locked(tmp_path):
        pass
    assert os.listdir(tmp_path) == []


def test_a_folder_that_nothing_was_written_to_is_gone_again(tmp_path):
    with pytest.raises(ZooError, match="no"), locked(tmp_path / "new"):
        raise ZooError("no")
    with locked(tmp_path / "kept"):
        (tmp_path / "kept" / "file").write_text("")
    with locked(tmp_path):
        pass
    assert os.listdir(tmp_path) == ["kept"] and os.listdir(tmp_path / "kept") == ["file"]


def test_the_system_releases_what_a_killed_process_held(tmp_path):
    code = (
        "import sys, time\nfrom zoo.files import locked\n"
        "with locked(sys.argv[1]):\n print('held', flush=True)\n time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    with pytest.raises(ZooError, match="another process writes"), locked(tmp_path):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert os.listdir(tmp_path) == [LOCK]
    with locked(tmp_path):
        pass
    assert os.listdir(tmp_path) == []


def test_a_lock_that_was_removed_by_its_holder_is_not_held_twice(tmp_path, monkeypatch):
    import fcntl

    locks = []

    def flock(file, how):
        if not locks:  # the holder before us removes its file just now
            os.unlink(tmp_path / LOCK)
        locks.append(how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with locked(tmp_path):
        assert len(locks) == 2 and os.listdir(tmp_path) == [LOCK]


def test_leftovers_of_a_killed_process_are_swept(tmp_path):
    code = (
        "import sys, os, pathlib\nfrom zoo.files import atomic\n"
        "with atomic(pathlib.Path(sys.argv[1]) / 'best.weights.h5', '.weights.h5'):\n os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert len(os.listdir(tmp_path)) == 1
    kept = [".best.weights.h5", ".bashrc", ".notes.txt.abcdefgh", "best.weights.h5"]
    for name in kept:
        (tmp_path / name).write_text("mine")
    sweep(tmp_path, "best.weights.h5", "epoch_*.npz")
    assert sorted(os.listdir(tmp_path)) == sorted(kept)
    (tmp_path / ".epoch_00001.npz.a2_4bcde.npz").write_text("")
    sweep(tmp_path, "epoch_*.npz")
    assert sorted(os.listdir(tmp_path)) == sorted(kept)
    sweep(tmp_path / "missing", "*")


# Writing -----------------------------------------------------------------------------------------


def test_a_file_is_whole_or_what_it_was(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(RuntimeError), atomic(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["file"]
    with atomic(path) as temporary:
        temporary.write_text("new")
    assert path.read_text() == "new" and os.listdir(tmp_path) == ["file"]


# Reading -----------------------------------------------------------------------------------------


def test_only_regular_files_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    started = time.monotonic()
    for path in (tmp_path / "pipe", tmp_path / "endless", tmp_path, pathlib.Path("/dev/null")):
        for read in (read_bytes, read_text, read_json):
            with pytest.raises(ZooError, match=f"{path} is not a regular file"):
                read(path)
    assert time.monotonic() - started < 5
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "missing")
    (tmp_path / "file").write_text("{}")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_json(tmp_path / "link") == {}


def test_a_file_has_a_largest_size(tmp_path):
    (tmp_path / "file").write_text("[" + " " * 98 + "]")
    assert read_json(tmp_path / "file", list, most=100) == []
    with pytest.raises(ZooError, match="file is too large: it has more than 99 bytes"):
        read_json(tmp_path / "file", list, most=99)


@pytest.mark.parametrize(
    "data, message",
    [
        (b"", "it is not JSON"),
        (b"{", "it is not JSON"),
        (b"\xff\xfe", r"it is not UTF-8 text \(byte 0\)"),
        (b"[" * 300_000, "it is nested too deeply"),
        (b'{"a":' * 300_000, "it is nested too deeply"),
        (b"1" * 5000, "it is not JSON"),
        (b'{"a": ["\\uD800"]}', r"it has half of a surrogate pair, as in \\ud800"),
        (b"[]", r"it must be an object, got \[\]"),
        (b"null", "it must be an object, got None"),
    ],
)
def test_what_is_no_json_is_one_line(tmp_path, data, message):
    path = tmp_path / "x.json"
    path.write_bytes(data)
    with pytest.raises(ZooError, match=f"x.json is broken: {message}") as found:
        read_json(path)
    one_line(found)


FIELDS = {"model": {"name": str, "options?": dict}, "lengths": [int], "best": (float, type(None))}
GOOD = {"model": {"name": "t5"}, "lengths": [1, 2], "best": 1, "else": [{}]}


@pytest.mark.parametrize(
    "change, message",
    [
        ({"model": None}, "model must be an object, got None"),
        ({"model": {}}, "model.name is missing"),
        ({"model": {"name": ["t5"]}}, r"model.name must be text, got \['t5'\]"),
        ({"model": {"name": "t5", "options": [1]}}, r"model.options must be an object, got \[1\]"),
        ({"lengths": 3}, "lengths must be a list, got 3"),
        ({"lengths": [1, True]}, r"lengths\[1\] must be a whole number, got True"),
        ({"lengths": [1.5]}, r"lengths\[0\] must be a whole number, got 1.5"),
        ({"best": "high"}, "best must be a number or null, got 'high'"),
        ({"best": False}, "best must be a number or null, got False"),
    ],
)
def test_a_field_of_another_type_is_named(tmp_path, change, message):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(GOOD))
    assert read_json(path, FIELDS) == GOOD
    path.write_text(json.dumps(GOOD | change))
    with pytest.raises(ZooError, match=f"x.json is broken: {message}") as found:
        read_json(path, FIELDS)
    one_line(found)


def test_a_checksum_is_of_a_regular_file(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")
    assert checksum(tmp_path / "x") == hashlib.sha256(b"abc").hexdigest()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ZooError, match="not a regular file"):
        checksum(tmp_path / "pipe")


def test_the_folder_one_works_in_is_no_new_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (".", tmp_path, "../" + tmp_path.name):
        with pytest.raises(ZooError, match="is the folder you are in; name a new folder"):
            with files.atomic_folder(name):
                raise AssertionError("nothing is computed before")


def test_without_a_home_folder_the_variable_is_named(monkeypatch, tmp_path):
    def no_home(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(pathlib.Path, "expanduser", no_home)
    monkeypatch.delenv("ZOO_DATA", raising=False)
    with pytest.raises(ZooError, match="no home folder for ~/.cache/zoo; set ZOO_DATA to another"):
        files.own_folder("ZOO_DATA")


def test_the_folder_of_a_variable(monkeypatch):
    monkeypatch.setenv("ZOO_DATA", "~/sets")
    assert files.own_folder("ZOO_DATA") == pathlib.Path.home() / "sets"
    for value in ("", None):
        monkeypatch.setenv("ZOO_DATA", value) if value is not None else monkeypatch.delenv(
            "ZOO_DATA"
        )
        assert files.own_folder("ZOO_DATA") == pathlib.Path.home() / ".cache" / "zoo"


def test_a_path_that_a_config_could_not_hold_is_refused():
    with pytest.raises(ZooError, match="caf.*tsv is not UTF-8; rename it"):
        files.absolute("caf\udce9.tsv")
