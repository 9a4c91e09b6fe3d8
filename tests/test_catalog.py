"""The catalog is fresh, and the lists that are read from it come at once."""

import json
import subprocess
import sys
import time

import pytest

from zoo import registry
from zoo.catalog import count_flops, count_parameters, make_catalog, target_token_flops
from zoo.errors import ZooError


def test_catalog_json_is_fresh():
    found = make_catalog()  # with its own counts, which other tests make again
    assert json.loads(registry.CATALOG.read_text(encoding="utf-8")) == found, (
        "run: python -m zoo.catalog"
    )


@pytest.mark.parametrize("family", ["lstm_seq2seq", "transformer", "conv_seq2seq", "whisper"])
def test_operations_per_token_are_fresh(family):
    name = f"{family}_nano"
    assert count_flops(name) == target_token_flops(name)


@pytest.mark.parametrize("words", [["list"], ["--help"], ["train", "--help"], None])
def test_lists_and_help_come_at_once_and_import_no_backend(words):
    call = (
        "import zoo"
        if words is None
        else f"from zoo.cli.main import main\ntry: main({words!r})\nexcept SystemExit: pass"
    )
    code = (
        f"{call}\nimport sys\nslow = {{'tensorflow', 'keras', 'keras_hub', 'matplotlib', "
        f"'pandas'}}\n"
        "sys.exit(' '.join(slow & set(sys.modules)) or 0)"
    )
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        seconds.append(time.perf_counter() - started)
        assert done.returncode == 0 and not done.stderr, done.stderr
        assert words is None or ("usage" if "--help" in words else "bilstm_bahdanau") in done.stdout
        if seconds[-1] < 1:  # a busy machine gets more tries
            break
    assert min(seconds) < 1


def test_a_variant_that_cannot_be_created_is_one_line(monkeypatch):
    monkeypatch.setattr(registry, "card", lambda name: {})

    def parameters(name):
        raise ValueError("no such argument:\nunit")

    monkeypatch.setattr("zoo.catalog.parameters", parameters)
    with pytest.raises(ZooError, match="my_nano cannot be created: ValueError: no such argument"):
        count_parameters("my_nano")
