"""The page on services: its blocks, among them the command that serves."""

import concurrent.futures
import signal
import socket
import subprocess

import pytest

from tests.docs.blocks import COMMAND, DOCS, compare, read_blocks, run_blocks, run_here


@pytest.fixture
def not_killed():
    """The signal that ends a service ends this test, not pytest, if there is no service."""

    def fail(*_):
        pytest.fail("there is no service to end")

    before = signal.signal(signal.SIGTERM, fail)
    yield
    signal.signal(signal.SIGTERM, before)


def test_serving(tmp_path, monkeypatch, not_killed):
    monkeypatch.chdir(tmp_path)
    run_blocks(DOCS / "serving.md", tmp_path)
    serve, curl = (block for block in read_blocks(DOCS / "serving.md") if block.kind == "shell")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with concurrent.futures.ThreadPoolExecutor() as pool:
        answer = pool.submit(ask_and_end, curl.text.replace("8000", port))
        command = COMMAND.fullmatch(serve.text.replace("8000", port))
        status, output, complaint = run_here(command, tmp_path)
    compare(serve.expected.replace("8000", port), output, "zoo serve")
    compare(curl.expected, answer.result() + "\n", "curl")
    assert status == 0 and "Traceback" not in complaint


def ask_and_end(curl):
    """What a client reads from a service as soon as that listens; then it ends the service."""
    curl = curl.replace("curl", "curl --retry 60 --retry-delay 1 --retry-connrefused", 1)
    try:
        done = subprocess.run(curl, shell=True, stdout=subprocess.PIPE, text=True, timeout=120)
        return done.stdout
    finally:
        signal.raise_signal(signal.SIGTERM)
