"""The model that all decode with: trained for a few minutes, so that outputs end where real ones do.

A model with random weights never ends its outputs, and then nothing is measured of what happens as they end one by one.
"""

import io
import json

import numpy as np

from zoo.data.documents import ENGLISH, MULTI30K, read_lines
from zoo.data.download import download
from zoo.files import atomic_folder

GERMAN = ("train.de.gz", "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6")
FILES = dict((ENGLISH["train"], GERMAN, ENGLISH["test"]))  # what is translated, into what, and what is decoded
VOCABULARY, LONGEST, BATCH, STEPS = 8000, 32, 64, 300
SHAPES = {"marian 3+3, d 256": ("marian_base", dict(units=256, depth=3, heads=8, inner_units=1024, dropout=0.0))}


def make(shape, folder):
    """Trains a shape on Multi30k English to German, and keeps it as a checkpoint of transformers beside the test sources.

    Args:
        shape: str, one of `SHAPES`.
        folder: path, written when all is there: model.safetensors, config.json, sources.json.
    """
    import keras
    import sentencepiece
    from safetensors.numpy import save_file

    import zoo
    from zoo.pretrained.checkpoint import export

    english, german, test = (read_lines(download(f"multi30k/raw/{name}", MULTI30K + name, digest))
                             for name, digest in FILES.items())
    pieces = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(english + german), model_writer=pieces, minloglevel=3,
                                             vocab_size=VOCABULARY, pad_id=0, bos_id=1, eos_id=2, unk_id=3)
    tokenizer = sentencepiece.SentencePieceProcessor(model_proto=pieces.getvalue())
    encode = lambda texts: [[*ids, 2] for ids in tokenizer.encode(texts)]
    name, overrides = SHAPES[shape]
    keras.utils.set_random_seed(0)
    model = zoo.create(name, VOCABULARY, VOCABULARY, start_id=1, end_id=2, **overrides)
    model.build()
    pairs = [pair for pair in zip(encode(english), encode(german)) if max(map(len, pair)) <= LONGEST]
    model.compile(keras.optimizers.Adam(1e-3, clipnorm=1.0), jit_compile=True,
                  loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(batches(pairs), steps_per_epoch=STEPS, verbose=0)
    config, tensors = export(model)
    with atomic_folder(folder) as draft:
        save_file({key: np.ascontiguousarray(x) for key, x in tensors.items()}, draft / "model.safetensors", {"format": "pt"})
        for file, content in (("config", config), ("sources", encode(test))):
            (draft / f"{file}.json").write_text(json.dumps(content))


def batches(pairs):
    """Endless batches for `fit`: source and opened target, target, and weights that leave out padding."""
    random = np.random.default_rng(0)

    def padded(rows):
        batch = np.zeros((BATCH, LONGEST), "int32")
        for row, ids in zip(batch, rows):
            row[:len(ids)] = ids
        return batch

    while True:
        source, target = (padded(rows) for rows in zip(*(pairs[i] for i in random.choice(len(pairs), BATCH))))
        opened = np.concatenate([np.ones((BATCH, 1), "int32"), target[:, :-1]], 1)
        yield (source, opened), target, (target != 0).astype("float32")
