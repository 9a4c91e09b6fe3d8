"""The page on services: its blocks, among them a service in a process of its own."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import sys

from tests.docs.blocks import DOCS, compare, read_blocks, run_blocks


def test_serving(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_blocks(DOCS / "serving.md", tmp_path)
    serve, curl = (block for block in read_blocks(DOCS / "serving.md") if block.kind == "shell")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    path = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    options = {
        "cwd": tmp_path,
        "env": os.environ | {"PATH": path},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }
    command = re.sub(r"^zoo", "exec python -m zoo.cli", serve.text.replace("8000", port))
    process = subprocess.Popen(command, shell=True, **options)
    try:
        compare(serve.expected.replace("8000", port), process.stdout.readline(), "zoo serve")
        done = subprocess.run(curl.text.replace("8000", port), shell=True, timeout=60, **options)
        compare(curl.expected, done.stdout + "\n", "curl")
    finally:
        process.send_signal(signal.SIGTERM)
    output, complaint = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "") and "Traceback" not in complaint
