"""The file is what Keras writes; tests/contract saves and loads every family."""

import json

import keras
import numpy as np

from tests.contract.conftest import ids
from tests.export.models import LETTERS, text_model
from zoo.data.tokenizers import tokenizer_from_config
from zoo.export import export


def test_model_and_tokenizers_come_back(tmp_path):
    model = text_model("bilstm_luong_nano")
    export(model, tmp_path / "out", "keras")
    again = keras.models.load_model(tmp_path / "out" / "model.keras")
    np.testing.assert_array_equal(again(ids()), model.model(ids()))
    configs = json.loads((tmp_path / "out" / "zoo_tokenizers.json").read_text())
    for side in ("source", "target"):
        tokenizer = tokenizer_from_config(configs[side])
        assert tokenizer.encode("abc") == LETTERS.encode("abc")
