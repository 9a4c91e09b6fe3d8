"""Where training stands, on disk."""

import keras
import numpy as np
import pytest

from zoo.errors import ZooError
from zoo.training.checkpoint import load_checkpoint, save_checkpoint


def test_checkpoints_of_another_model_or_version(tmp_path):
    variables, path = [keras.Variable([1.0, 2.0]), keras.Variable(3)], tmp_path / "x.npz"
    save_checkpoint(path, variables, {"epoch": 1, "best": 0.1 + 0.2})
    for variable in variables:
        variable.assign(variable * 0)
    assert load_checkpoint(path, variables, {"epoch": 0, "best": 0}) == {
        "epoch": 1,
        "best": 0.1 + 0.2,
    }
    assert np.asarray(variables[0]).tolist() == [1.0, 2.0] and int(variables[1]) == 3
    with pytest.raises(ZooError, match="another version"):
        load_checkpoint(path, variables, {"epoch": 0})
    for other in (variables[:1], variables[::-1], [*variables, variables[0]]):
        with pytest.raises(ZooError, match="another model"):
            load_checkpoint(path, other, {"epoch": 0, "best": 0})
