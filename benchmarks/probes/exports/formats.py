"""What each format makes of texts, beside what the zoo made of them."""

import json
import subprocess
import sys

import numpy as np

from benchmarks.probes.exports.onnx_loop import OnnxLoop
from zoo.export import FORMATS

FEW, LONGEST = 100, 48  # texts for transformers, and tokens per output
BATCH = 250  # texts that are decoded at once
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
    """How many of the first texts have the very same logits along the zoo's outputs."""
    source = padded([text_model.encode(text) for text in texts[:FEW]])
    target = padded([text_model.target_tokenizer.encode(text) for text, _ in expected[:FEW]])
    ours, theirs = (np.asarray(model((source, target))) for model in (text_model.model, again))
    gaps = np.abs(ours - theirs).max((1, 2))
    same = {"texts": len(gaps), "equal": int((gaps == 0).sum())}
    return same | {"largest_logit_difference": float(gaps.max())}


COMPARE = {name: globals()[f"compare_{name}"] for name in FORMATS}


def equal(outputs, expected, scores=()):
    """How many outputs are equal, and the largest difference of the scores of those."""
    same = [ours == theirs for ours, (theirs, _) in zip(outputs, expected)]
    different = len({theirs for theirs, _ in expected[: len(outputs)]})
    row = {"texts": len(outputs), "different": different, "equal": sum(same)}
    if scores:
        gaps = [abs(a - b) for a, (_, b), kept in zip(scores, expected, same) if kept]
        row["largest_score_difference"] = max(gaps, default=float("nan"))
    return row


def padded(sequences):
    """Sequences as int32 [B, S], padded with 0."""
    batch = np.zeros((len(sequences), max(map(len, sequences))), "int32")
    for row, ids in zip(batch, sequences):
        row[: len(ids)] = ids
    return batch
