"""Configs and weights of every variant survive a round trip."""

import json

import numpy as np

from tests.contract.conftest import VOCABULARY, ids, shared, whole
from zoo import registry


def test_config_holds_every_override(small, name):
    """What is None by default may be derived from others."""
    decided = {"source_vocabulary": VOCABULARY, "target_vocabulary": VOCABULARY}
    overrides, config = registry.models.overrides(name) | decided, small.get_config()
    assert set(overrides) <= set(config)
    expected = {key: value for key, value in overrides.items() if value is not None}
    assert {key: config[key] for key in expected} == expected


def test_keras_file_round_trip(name, tmp_path):
    """The file holds the config as JSON, from which `from_config` makes the model.

    In float32, too: test_training.py, after `fit`.
    """
    import keras

    model, (source, target) = shared(name, "mixed_bfloat16"), ids()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    expected = whole(name, "mixed_bfloat16")
    np.testing.assert_array_equal(loaded((source, target)), expected)
    assert loaded.compute_dtype == model.compute_dtype
    assert loaded.get_config() == model.get_config()
    assert json.loads(json.dumps(model.get_config())) == model.get_config()
    assert shapes(loaded) == shapes(model)


def shapes(model):
    return [(v.path.split("/", 1)[1], v.shape) for v in model.variables]


def test_weights_round_trip(small, name, tmp_path):
    source, target = ids()
    expected = np.asarray(whole(name))
    small.save_weights(tmp_path / "model.weights.h5")
    fresh = registry.create(name, 20, 20)
    assert np.abs(np.asarray(fresh((source, target))) - expected).max() > 1e-3
    fresh.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(fresh((source, target)), expected)
