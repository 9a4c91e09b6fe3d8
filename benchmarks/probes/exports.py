"""`python -m benchmarks.probes.exports [NAME...] [--captions N]`: compares exports with the zoo.

One nano model per family learns Multi30k for `STEPS` steps and translates the first captions of the
test split, 1,000 unless asked otherwise, of mixed length. A SavedModel is loaded by a process that
cannot import the zoo. ONNX Runtime's logits are compared along the zoo's own outputs. transformers
translates the first 100 captions. Writes one row per family, format and strategy to
results/exports.csv, with the number of different outputs among those compared; where a format
refuses a family, the row says why. The rows of families that are not named stay.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd

from benchmarks import provenance
from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError
from zoo.export import FORMATS, export
from zoo.files import write_text

TABLE = REPOSITORY / "results" / "exports.csv"
STEPS, PIECES, FEW, LONGEST = 150, 2000, 100, 48
BATCH = 250  # captions that the SavedModel decodes at once
TIED = {"t5": "all", "t5_v1_1": "inputs", "bart": "all"}  # as transformers reads them
NO_ZOO = """
import json, sys

class NoZoo:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("zoo", "keras_hub"):
            raise ImportError(name)

sys.meta_path.insert(0, NoZoo())
import tensorflow as tf, tensorflow_text
"""  # how a process begins that has TensorFlow and tensorflow-text alone
LOADER = (
    NO_ZOO
    + """
folder, batch = sys.argv[1], int(sys.argv[2])
texts = json.load(sys.stdin)
serve = tf.saved_model.load(folder).signatures["serve"]
outputs, scores = [], []
for first in range(0, len(texts), batch):
    found = serve(texts=tf.constant(texts[first:first + batch]))
    outputs += [text.decode() for text in found["outputs"].numpy()[:, 0]]
    scores += found["scores"].numpy()[:, 0].tolist()
print(json.dumps([outputs, scores]))
"""
)


def main(arguments):
    """Measures the families, or those that are named, and rewrites the table after each."""
    import zoo

    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=zoo.list_models("*_nano"))
    parser.add_argument("--captions", type=int, default=1000)
    options = parser.parse_args(arguments)
    task = zoo.create_task("multi30k", pieces=PIECES)
    texts = [example.source for example in task.examples("test")[: options.captions]]
    recipe = {"steps": STEPS, "buckets": 1, "validation_limit": 8, "precision": "float32"}
    place = {"commit": provenance.commit(), "processor": provenance.processor()}
    rows = pd.read_csv(TABLE, dtype=str, keep_default_na=False).to_dict("records")
    for name in options.names:
        family = name.removesuffix("_nano")
        rows = [row for row in rows if row["family"] != family]
        tied = {"tied_embeddings": TIED[family]} if family in TIED else {}
        with tempfile.TemporaryDirectory() as folder:
            run = zoo.train(name, task, recipe, f"{folder}/run", tied, progress=False)
            for row in measure(run.text_model(), texts, pathlib.Path(folder)):
                rows.append({"family": family, **row, **place})
                print(row, flush=True)
        write_text(TABLE, pd.DataFrame(rows).to_csv(index=False, float_format="%.4g"))
    print(TABLE)


def measure(text_model, texts, folder):
    """Yields the rows of a trained model."""
    import zoo

    beam = zoo.Beam(4, length_penalty=1.0, formula="power", early_stopping=True)
    for strategy in (zoo.Greedy(), beam):
        decoding = zoo.Decoding(strategy, max_length=LONGEST)
        expected = [best[0] for best in text_model.generate(texts, decoding)]
        for format in FORMATS:
            if format in ("zoo", "onnx", "keras") and strategy is beam:
                continue
            kind = "greedy" if strategy is not beam else "beam 4"
            row = {"format": format, "strategy": kind}
            out = folder / f"{format}_{kind.replace(' ', '_')}"
            own = {"savedmodel": {"strategy": strategy}}.get(format, {})
            own |= {"max_length": LONGEST} if format in ("savedmodel", "onnx") else {}
            try:
                export(text_model, out, format, **own)
            except ZooError as error:
                yield row | {"refused": str(error)}
                continue
            yield row | COMPARE[format](text_model, out, texts, expected, strategy is beam)


def compare_savedmodel(text_model, folder, texts, expected, beam):
    """Outputs and scores of a process without the zoo."""
    command = [sys.executable, "-c", LOADER, str(folder), str(BATCH)]
    done = subprocess.run(
        command, input=json.dumps(texts), capture_output=True, text=True, check=True, cwd=folder
    )
    outputs, scores = json.loads(done.stdout.splitlines()[-1])
    return equal(outputs, expected, scores)


def compare_onnx(text_model, folder, texts, expected, beam):
    """Outputs of a greedy loop around ONNX Runtime, and logits along the zoo's outputs."""
    outputs, largest = [], 0.0
    loop = OnnxLoop(folder)
    for first in range(0, len(texts), BATCH):
        sources = [text_model.encode(text) for text in texts[first : first + BATCH]]
        source = padded(sources)
        ids, logits = loop(source)
        outputs += [text_model.target_tokenizer.decode(row) for row in ids]
        if first == 0:
            opened = np.concatenate([np.full((len(ids), 1), loop.facts["start_id"]), ids], 1)
            target = opened[:, :-1].astype("int32")
            ours = np.asarray(text_model.model((source, target)))
            before_end = np.cumsum(target == loop.facts["end_id"], 1) == 0
            largest = float(np.abs(ours - logits)[before_end].max())
    return equal(outputs, expected) | {"largest_logit_difference": largest}


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


def compare_ctranslate2(text_model, folder, texts, expected, beam):
    """Outputs of CTranslate2."""
    import ctranslate2

    from zoo.export.token_names import token_names

    model = text_model.model
    source, target = (
        token_names(text_model.source_tokenizer, model.source_vocabulary),
        token_names(text_model.target_tokenizer, model.target_vocabulary),
    )
    tokens = [[source[i] for i in text_model.encode(text)[:-1]] for text in texts]
    translator = ctranslate2.Translator(str(folder), "cpu")
    found = translator.translate_batch(
        tokens,
        beam_size=4 if beam else 1,
        length_penalty=1.0,
        min_decoding_length=0,
        max_decoding_length=LONGEST,
    )
    ids = [[target.index(token) for token in best.hypotheses[0]] for best in found]
    return equal([text_model.target_tokenizer.decode(row) for row in ids], expected)


def compare_transformers(text_model, folder, texts, expected, beam):
    """Outputs of `generate` of transformers."""
    import torch
    import transformers

    pad = getattr(text_model.source_tokenizer, "pad_id", 0)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    model.generation_config.forced_eos_token_id = None
    source = torch.tensor(padded([text_model.encode(text) for text in texts[:FEW]]).astype("int64"))
    never = [[i] for i in {pad, model.config.decoder_start_token_id}]
    with torch.no_grad():
        found = model.generate(
            source,
            attention_mask=(source != pad).long(),
            num_beams=4 if beam else 1,
            do_sample=False,
            max_new_tokens=LONGEST,
            length_penalty=1.0,
            early_stopping=beam,
            bad_words_ids=never,
        ).numpy()
    return equal([text_model.target_tokenizer.decode(row[1:]) for row in found], expected[:FEW])


def compare_keras(text_model, folder, texts, expected, beam):
    """Logits of the file that Keras loads again."""
    import zoo

    return same_logits(text_model, zoo.load_model(folder / "model.keras"), texts, expected)


def compare_zoo(text_model, folder, texts, expected, beam):
    """Logits of the folder that the zoo opens again."""
    import zoo

    return same_logits(text_model, zoo.load(folder).model, texts, expected)


def same_logits(text_model, again, texts, expected):
    """How many of the first captions have the very same logits along the zoo's outputs."""
    source = padded([text_model.encode(text) for text in texts[:FEW]])
    target = padded([text_model.target_tokenizer.encode(text) for text, _ in expected[:FEW]])
    ours, theirs = (np.asarray(model((source, target))) for model in (text_model.model, again))
    gaps = np.abs(ours - theirs).max((1, 2))
    same = {"sentences": len(gaps), "equal": int((gaps == 0).sum())}
    return same | {"largest_logit_difference": float(gaps.max())}


COMPARE = {format: globals()[f"compare_{format}"] for format in FORMATS}


def equal(outputs, expected, scores=()):
    """How many outputs are equal, and the largest difference of the scores of those."""
    same = [ours == theirs for ours, (theirs, _) in zip(outputs, expected)]
    different = len({theirs for theirs, _ in expected[: len(outputs)]})
    row = {"sentences": len(outputs), "different": different, "equal": sum(same)}
    if scores:
        gaps = [abs(a - b) for a, (_, b), kept in zip(scores, expected, same) if kept]
        row["largest_score_difference"] = max(gaps)
    return row


def padded(sequences):
    """Sequences as int32 [B, S], padded with 0."""
    batch = np.zeros((len(sequences), max(map(len, sequences))), "int32")
    for row, ids in zip(batch, sequences):
        row[: len(ids)] = ids
    return batch


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ZooError as error:
        sys.exit(f"error: {error}")
