"""Greedy decoding with ONNX Runtime."""

import json

import numpy as np


class OnnxLoop:
    """Greedy search with the graphs encoder.onnx and step.onnx that `zoo.export.onnx` writes.

    A row that has ended repeats the end id; its logits then mean nothing.
    """

    def __init__(self, folder):
        import onnxruntime

        self.facts = json.loads((folder / "model.json").read_text())
        self.encoder, self.step = (
            onnxruntime.InferenceSession(
                folder / f"{name}.onnx", providers=["CPUExecutionProvider"]
            )
            for name in ("encoder", "step")
        )

    def __call__(self, source):
        """int32 [B, S] -> ids [B, T] and logits [B, T, V]."""
        facts = self.facts
        state = dict(zip(facts["state"], self.encoder.run(facts["state"], {"source": source})))
        wanted = ["logits", *(f"next_{name}" for name in facts["changed"])]
        token = np.full((len(source), 1), facts["start_id"], "int32")
        ended, ids, all_logits = np.zeros(len(source), bool), [], []
        while not ended.all() and len(ids) < facts["max_length"]:
            logits, *changed = self.step.run(wanted, {"token": token, **state})
            state |= dict(zip(facts["changed"], changed))
            all_logits.append(logits.copy())
            logits[:, facts["never"]] = -np.inf
            token = np.where(ended, facts["end_id"], logits.argmax(-1)).astype("int32")[:, None]
            ended |= token[:, 0] == facts["end_id"]
            ids.append(token[:, 0])
        return np.stack(ids, 1), np.stack(all_logits, 1)
