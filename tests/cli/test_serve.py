"""`zoo serve` in a process of its own, and its mistakes."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from zoo.cli.serve import public_names


def test_two_runs_until_ctrl_c(here):
    process = subprocess.Popen(
        [sys.executable, "-m", "zoo", "serve", "runs/attentive", "runs/plain", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        found = re.fullmatch(
            r"attentive, plain at (http://127\.0\.0\.1:\d+) \(Ctrl-C ends\)\n", line
        )
        assert found, process.communicate(timeout=60)
        request = urllib.request.Request(
            f"{found[1]}/api/generate",
            json.dumps({"texts": ["a b"]}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            results = json.load(answer)["results"]
        assert [result["model"] for result in results] == ["attentive", "plain"]
    finally:
        process.send_signal(signal.SIGINT)
    output, complaint = process.communicate(timeout=60)
    assert (process.returncode, output) == (0, "")
    assert complaint == "preparing the models; the address follows\n"


@pytest.mark.parametrize(
    "words, message",
    [
        (["serve"], "required: NAME-OR-RUN"),
        (["serve", "nowhere", "--port", "0"], "there is no run nowhere"),
        (["serve", "runs/plain", "runs/plain"], "would both be called 'plain'"),
        (["serve", "runs/plain", "--queue", "0"], "queue must be a whole number above 0"),
        (["serve", "runs/plain", "--longest", "0"], "longest must be a whole number above 0"),
        (["serve", "runs/plain", "--port", "65536"], "--port must be a number from 0 to 65535"),
        (["serve", "runs/plain", "--host", "no such host"], "there is no host 'no such host'"),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, words, message):
    mistake(words, message)


def test_a_port_that_is_taken(mistake):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        mistake(
            ["serve", "runs/plain", "--port", port], f"port {port} .* choose another with --port"
        )


def test_clients_see_no_path_of_the_machine(here):
    assert public_names(["runs/plain", str(here / "runs/other"), "google-t5/t5-small"]) == {
        "plain": "runs/plain",
        "other": str(here / "runs/other"),
        "google-t5/t5-small": "google-t5/t5-small",
    }
