"""Configs and weights of every variant survive a round trip."""

import json

import numpy as np

from tests.contract.conftest import ids, make
from zoo import registry


def test_config_round_trip(model):
    config = json.loads(json.dumps(model.get_config()))
    again = type(model).from_config(config)
    assert again.get_config() == model.get_config()
    shapes = lambda built: [(v.path.split("/", 1)[1], v.shape) for v in built.variables]
    assert shapes(again) == shapes(model)
    assert again.compute_dtype == model.compute_dtype


def test_config_holds_every_override(name):
    overrides = registry.models.overrides(name)
    config = make(name).get_config()
    assert set(overrides) - {"dtype"} <= set(config)


def test_keras_file_round_trip(model, tmp_path):
    import keras

    source, target = ids()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded((source, target)), model((source, target)))
    assert loaded.compute_dtype == model.compute_dtype


def test_weights_round_trip(name, tmp_path):
    source, target = ids()
    model = make(name)
    model.save_weights(tmp_path / "model.weights.h5")
    fresh = registry.create(name, 20, 20)
    assert (
        np.abs(np.asarray(fresh((source, target))) - np.asarray(model((source, target)))).max()
        > 1e-3
    )
    fresh.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(fresh((source, target)), model((source, target)))
