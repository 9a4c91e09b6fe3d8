"""The command in a process of its own: a full disk, Ctrl-C, pipes."""

import json
import re
import resource
import signal
import subprocess
import sys
import time

import zoo
from tests.cli.conftest import QUICK, TASK


def test_a_process_of_its_own_is_quiet_and_a_full_disk_loses_nothing(here, tmp_path):
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    limit = lambda: resource.setrlimit(
        resource.RLIMIT_FSIZE, (500, 500)
    )  # bytes that a file may have
    words = (
        ["generate", "runs/attentive", "a b"],
        ["train", "t5_nano", "reverse", "--out", tmp_path / "run", *TASK, *QUICK],
        ["align", "runs/attentive", "a", "--out", tmp_path / "x.png"],
    )
    code = (
        "import json, sys; from zoo.cli.main import main\n"
        "sys.exit([main(words) for words in json.loads(sys.argv[1])] != [0, 2, 2])"
    )
    calls = json.dumps([[str(word) for word in call] for call in words])
    call = [sys.executable, "-c", code, calls]
    done = subprocess.run(call, capture_output=True, text=True, preexec_fn=limit)
    assert done.returncode == 0 and done.stdout.count("\n") == 1
    line = "zoo: cannot read or write .*: File too large; existing files are as they were\n"
    assert re.fullmatch(line * 2, done.stderr)
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before
    assert not (tmp_path / "x.png").exists()


def test_ctrl_c_saves_and_says_how_to_go_on(here, tmp_path):
    words = [
        "train",
        "lstm_seq2seq_nano",
        "reverse",
        "--set",
        "depth=1",
        "--out",
        tmp_path / "run",
        *TASK,
        *QUICK[2:],
        "--epochs",
        "100000",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "zoo", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.time() + 120
    while not (tmp_path / "run" / "history.jsonl").exists() and time.time() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in complaint
    assert re.search(
        rf"zoo: stopped in epoch .*; go on with: zoo train --resume {tmp_path}/run\n$", complaint
    )
    assert zoo.Run(tmp_path / "run").history


def test_a_reader_that_leaves_is_no_error(here):
    done = subprocess.run(
        f"{sys.executable} -m zoo list | head -1; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and not done.stderr and done.stdout.startswith("family")


def test_bytes_that_are_no_text(here):
    words = [sys.executable, "-m", "zoo", "generate", "runs/attentive", b"a \xff"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "is not UTF-8" in done.stderr
