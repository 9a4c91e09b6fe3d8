"""ONNX Runtime computes the zoo's logits, step after step, for every family."""

import json
import sys

import numpy as np
import onnxruntime
import pytest

from tests.contract.conftest import ids
from tests.export.models import FAMILIES, LENGTH, shallow, text_model
from zoo.errors import ZooError
from zoo.export import export


def sessions(folder):
    """The facts and the two graphs of a folder."""
    graphs = (onnxruntime.InferenceSession(folder / f"{n}.onnx") for n in ("encoder", "step"))
    return json.loads((folder / "model.json").read_text()), *graphs


def logits(loaded, source, target):
    """float32 [B, T, V] of the steps of `sessions` on `target` [B, T]."""
    facts, encoder, step = loaded
    state, found = dict(zip(facts["state"], encoder.run(facts["state"], {"source": source}))), []
    wanted = ["logits", *(f"next_{name}" for name in facts["changed"])]
    for t in range(target.shape[1]):
        now, *changed = step.run(wanted, {"token": target[:, t : t + 1], **state})
        state |= dict(zip(facts["changed"], changed))
        found.append(now)
    return np.stack(found, 1)


@pytest.mark.parametrize("name", FAMILIES)  # of random weights, whose logits can be large
def test_logits_are_those_of_the_zoo(tmp_path, name):
    model = shallow(name)
    export(model, tmp_path / "out", "onnx")
    loaded = sessions(tmp_path / "out")
    for rows, length in ((5, 9), (2, 4)):
        source, target = ids(rows=rows, source=length, target=LENGTH)
        ours = np.asarray(model.model((source, target)))
        most = 1e-4 * max(1, np.abs(ours).max() / 10)
        np.testing.assert_allclose(logits(loaded, source, target), ours, 0, most)


def test_a_run_in_bfloat16_leaves_in_float32(tmp_path):
    model = text_model("lstm_seq2seq_nano", precision="mixed_bfloat16", depth=1)
    export(model, tmp_path / "out", "onnx", max_length=5)
    facts, encoder, _ = sessions(tmp_path / "out")
    assert {output.type for output in encoder.get_outputs()} <= {"tensor(float)", "tensor(int32)"}
    assert facts["max_length"] == 5 and facts["never"] == [0, 1]


def test_a_missing_converter_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(ZooError, match=r"needs tf2onnx: pip install 'seq2seq-zoo\[onnx\]'"):
        export(text_model("lstm_seq2seq_nano"), tmp_path / "out", "onnx")
