"""Downloads are kept whole and checked, and a failure is one line."""

import errno
import gzip
import hashlib
import http.server
import os
import pathlib
import threading

import keras
import pytest

from zoo.data.download import download
from zoo.errors import ZooError

TEXT = b"one line\n" * 1000
SHA = hashlib.sha256(TEXT).hexdigest()
NAME = "some/set/file.txt"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of the data sets, which is not there yet."""
    monkeypatch.setenv("ZOO_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def origin(tmp_path):
    """The address of a file of `TEXT`."""
    path = tmp_path / "origin.txt"
    path.write_bytes(TEXT)
    return path.as_uri()


def refused(name, origin, sha256=SHA):
    """The one line of complaint."""
    with pytest.raises(ZooError) as found:
        download(name, origin, sha256)
    assert "\n" not in str(found.value)
    return str(found.value)


def files(folder):
    """Every file below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_is_downloaded_once(folder, origin, monkeypatch, capsys):
    assert download(NAME, origin, SHA) == folder / NAME
    assert (folder / NAME).read_bytes() == TEXT and files(folder) == [NAME]
    assert not capsys.readouterr().out
    monkeypatch.setattr(keras.utils, "get_file", None)
    assert download(NAME, "https://nowhere.invalid", SHA) == folder / NAME


def test_archives_stay_as_they_are(folder, tmp_path):
    packed = gzip.compress(TEXT)
    (tmp_path / "a.gz").write_bytes(packed)
    path = download("a.gz", (tmp_path / "a.gz").as_uri(), hashlib.sha256(packed).hexdigest())
    assert path.read_bytes() == packed


def test_what_is_there_is_checked_and_never_replaced(folder, origin):
    (folder / NAME).parent.mkdir(parents=True)
    (folder / NAME).write_bytes(b"mine")
    message = refused(NAME, origin)
    assert str(folder / NAME) in message and "SHA-256 differs" in message and "delete it" in message
    assert (folder / NAME).read_bytes() == b"mine"


def test_another_file_than_expected_is_not_kept(folder, origin):
    message = refused(NAME, origin, "0" * 64)
    assert origin in message and "SHA-256 differs" in message and files(folder) == []


def test_no_network(folder, tmp_path, origin):
    for address in (
        (tmp_path / "gone").as_uri(),
        "http://127.0.0.1:9/file",
        "nothing",
        "https://nowhere.invalid/file",
    ):
        message = refused(NAME, address)
        assert (
            message.startswith(f"cannot download {address} (")
            and f"save it as {folder / NAME}" in message
        )
        assert "ZOO_DATA" in message and files(folder) == []
    download(NAME, origin, SHA)  # nothing is left that would stand in the way


class Server(http.server.BaseHTTPRequestHandler):
    """Answers /404 with an error, and anything else with a part of what it promises."""

    def do_GET(self):
        self.send_response(404 if self.path == "/404" else 200)
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write(TEXT[:100])

    def log_message(self, *_):
        """Says nothing."""


def test_answers_of_a_server_that_are_no_file(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        assert "404" in refused(NAME, f"{address}/404")
        assert "retrieval incomplete" in refused(NAME, f"{address}/part")
    finally:
        server.shutdown()
        server.server_close()
    assert files(folder) == []


@pytest.mark.parametrize(
    "number, message",
    [
        (errno.ENOSPC, "no room on the disk"),
        (errno.EDQUOT, "no room on the disk"),
        (errno.EROFS, "cannot read or write"),
    ],
)
def test_a_disk_that_takes_nothing(folder, origin, monkeypatch, number, message):
    def fail(name, origin, cache_dir, **_):
        pathlib.Path(cache_dir, name).write_bytes(TEXT[:10])
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(keras.utils, "get_file", fail)
    found = refused(NAME, origin)
    assert found.startswith(message) and str(folder / NAME) in found and "set ZOO_DATA" in found
    assert files(folder) == []


def test_a_file_in_place_of_the_folder(folder, origin):
    folder.write_text("in the way")
    assert refused(NAME, origin).startswith(f"cannot read or write {folder / NAME}: ")


def test_a_mistake_in_the_code_is_no_failing_network(folder, origin, monkeypatch):
    monkeypatch.setattr(keras.utils, "get_file", None)
    with pytest.raises(TypeError):
        download(NAME, origin, SHA)


def test_an_interrupted_download_leaves_nothing(folder, origin, monkeypatch):
    def stop(name, origin, cache_dir, **_):
        pathlib.Path(cache_dir, name).write_bytes(TEXT[:10])
        raise KeyboardInterrupt

    monkeypatch.setattr(keras.utils, "get_file", stop)
    with pytest.raises(KeyboardInterrupt):
        download(NAME, origin, SHA)
    assert files(folder) == []


def test_a_failure_names_the_whole_path_below_the_folder(folder):
    assert refused(NAME, "nothing").endswith(f"or set ZOO_DATA to a folder that has {NAME}")
