"""Greedy decoding with ONNX Runtime."""

import json

import numpy as np


class OnnxLoop:
    """Greedy decoding around the two graphs."""

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
        ended, ids, seen = np.zeros(len(source), bool), [], []
        while not ended.all() and len(ids) < facts["max_length"]:
            logits, *changed = self.step.run(wanted, {"token": token, **state})
            state |= dict(zip(facts["changed"], changed))
            seen.append(logits.copy())
            logits[:, facts["never"]] = -np.inf
            token = np.where(ended, facts["end_id"], logits.argmax(-1)).astype("int32")[:, None]
            ended |= token[:, 0] == facts["end_id"]
            ids.append(token[:, 0])
        return np.stack(ids, 1), np.stack(seen, 1)
