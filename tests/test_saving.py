"""A `.keras` file opens in a process that has built no model yet."""

import subprocess
import sys

import numpy as np
import pytest

import zoo
from zoo.training.optimizer import make_optimizer


def test_loads_in_a_fresh_process(tmp_path):
    model = zoo.create("transformer_nano", 20, 20)
    model.compile(optimizer=make_optimizer(zoo.Recipe(), 100), loss=zoo.TokenCrossentropy(0.1))
    ids = np.array([[5, 6, 2]], "int32")
    model.save(tmp_path / "model.keras")
    np.save(tmp_path / "ids.npy", ids)
    code = (
        "import sys, numpy, zoo; folder = sys.argv[1]; ids = numpy.load(folder + '/ids.npy');"
        "numpy.save(folder + '/logits.npy', numpy.asarray(zoo.load_model(folder + '/model.keras')((ids, ids))))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    np.testing.assert_array_equal(np.load(tmp_path / "logits.npy"), model((ids, ids)))


def test_says_what_is_wrong_with_a_file(tmp_path):
    with pytest.raises(zoo.ZooError, match="there is no file"):
        zoo.load_model(tmp_path / "none.keras")
    (tmp_path / "broken.keras").write_bytes(b"PK not a zip")
    with pytest.raises(zoo.ZooError, match="not a model file"):
        zoo.load_model(tmp_path / "broken.keras")
