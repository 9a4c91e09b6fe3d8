"""A hundred generated mistakes: no traceback, no hang, and an exit status that tells."""

import random
import shutil
import time

import pytest

from tests.cli.conftest import type_in
from zoo.cli.main import main

SECONDS = 10  # of this process's own time
NUMBERS = ["-1", "0", "1", "2", "3", "9", "0.5", "nan", "inf", "-inf", "1e400", "", "x", "10" * 15]
PLAUSIBLE = {  # values that mean something; any other option takes a small number
    "--svg": ["x.svg"],
    "--out": ["x.png"],
    "--prefix": ["a", "b a"],
    "--forbid": ["b"],
    "--with": ["runs/attentive"],
    "--split": ["validation", "train"],
    "--output": ["b a"],
}
TEXTS = ["a", "a b", "", " ", "x", "a\tb", "\x1b[31m", "--", "a\nb", "\udcff", "ä", "a " * 50, "{}"]
MODES = {
    (): [],
    ("--beam", "3"): ["--length-penalty", "--coverage-penalty", "--groups", "--diversity"],
    ("--sample", "2"): ["--temperature", "--top-k", "--top-p", "--min-p", "--seed"],
}
LIMITS = ["--min-length", "--max-length", "--min-ratio", "--max-ratio", "--no-repeat-ngram"]
LIMITS += ["--repetition-penalty", "--prefix", "--forbid", "--with"]
COMMANDS = {
    "generate": ["--n-best", "--longest", *LIMITS],
    "evaluate": ["--limit", "--split", *LIMITS],
    "score": ["--longest"],
    "align": ["--output", "--longest", "--out"],
}
SHOW = ["--batch", "--source-length", "--target-length", "--svg"]
TRAIN = ["--epochs", "--steps", "--tokens", "--buckets", "--learning-rate", "--warmup", "--seed"]
SETTINGS = ["units", "depth", "dropout", "max_positions", "heads", "tied_embeddings", "gated", "z"]
BYTES = [
    b"a",
    b"b",
    b" c",
    b"\n",
    b"a b\n",
    b"a\tb\n",
    b"c",
    b"\r\n",
    b"\t",
    b"\xff",
    b"\xc3",
    b"\x00",
    b"\x1b[2J",
    b" ",
    b"x",
]


def words_of(case, rng):
    """A command line of one of several kinds, and the bytes of standard input."""
    kind = ("search", "show", "train", "input")[case % 4]
    data = b"a b\nc\n"
    if kind == "show":
        name = rng.choice(["transformer_nano", "t5_nano", "reverse", "lstm"])
        words = ["show", name]
        words += option_pairs(SHOW, rng)
    elif kind == "train":  # always with something that keeps it from training
        words = ["train", rng.choice(["transformer_nano", "bart_nano", "transformer", "nothing"])]
        words += ["reverse", "--epochs", "0", "--task-option", f"symbols={rng.choice(NUMBERS)}"]
        words += option_pairs(TRAIN, rng)
        setting = f"{rng.choice(SETTINGS)}={rng.choice(NUMBERS + ['true', '[]', '{}'])}"
        words += ["--set", setting, "--decay", "linear", "--out", "/dev/null"]
    else:
        command = rng.choice(list(COMMANDS) if kind == "search" else ["generate", "score"])
        words = [command, "runs/attentive"]
        if kind == "search":
            if command in ("align", "generate"):
                words += [rng.choice(TEXTS if rng.random() < 0.3 else ["a", "a b", "c d"])]
            options = COMMANDS[command]
            if "--prefix" in options:
                mode = rng.choice(list(MODES))
                words += mode
                options = options + MODES[mode if rng.random() < 0.8 else rng.choice(list(MODES))]
            words += option_pairs(options, rng)
            words += ["--limit", "3"] if command == "evaluate" else []
        else:
            data = b"".join(rng.choices(BYTES, k=rng.randrange(12)))
    return words, data


def option_pairs(options, rng):
    """One to three options with values that may mean nothing."""
    chosen = rng.sample(options, min(len(options), rng.randrange(1, 4)))
    words = []
    for name in chosen:
        hostile = rng.random() < 0.25
        pool = NUMBERS + TEXTS[:6] if hostile else PLAUSIBLE.get(name, ["1", "2", "3", "4"])
        words += [name, rng.choice(pool)]
    return words


def check(words, capsys, expected=(0, 1, 2)):
    """Runs the command and holds it to what every command promises."""
    capsys.readouterr()
    started = time.process_time()
    try:
        status = main(words)
    except SystemExit as error:
        status = error.code
    output, complaint = capsys.readouterr()
    assert time.process_time() - started < SECONDS, words
    assert status in expected, words
    assert "Traceback" not in complaint
    assert not any(ord(c) < 32 and c not in "\n\r" for c in output if words[0] != "show"), words
    if status:
        assert complaint.splitlines()[-1].startswith("zoo: "), words


@pytest.mark.parametrize("case", range(70))
def test_options_and_standard_input(here, capsys, monkeypatch, tmp_path, case):
    words, data = words_of(case, random.Random(case))
    monkeypatch.chdir(tmp_path)  # whatever is written, is written here
    (tmp_path / "runs").mkdir()
    shutil.copytree(here / "runs" / "attentive", tmp_path / "runs" / "attentive")
    type_in(monkeypatch, data)
    check(words, capsys)
