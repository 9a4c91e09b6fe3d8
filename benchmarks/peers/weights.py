"""The models that all libraries decode with, trained for a few minutes so that outputs end.

A model with random weights never ends its outputs, and then nothing is measured of what happens as
they end one by one.
"""

import io
import json
import re

import numpy as np

from benchmarks.peers.decoding_shapes import SHAPES
from zoo.data.documents import nonempty_lines
from zoo.data.multi30k import multi30k_file
from zoo.files import atomic_folder

PIECES, LONGEST = 8000, 32


def make(name, folder):
    """Trains a shape on Multi30k English to German, and keeps it beside the test sources.

    Args:
        name: str, one of `SHAPES`.
        folder: path; see `save`.
    """
    import keras
    import sentencepiece

    english, german, test = (
        nonempty_lines(multi30k_file(*what))
        for what in (("train", "en"), ("train", "de"), ("test", "en"))
    )
    pieces = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(english + german),
        model_writer=pieces,
        minloglevel=3,
        vocab_size=PIECES,
        pad_id=0,
        bos_id=1,
        eos_id=2,
        unk_id=3,
    )
    tokenizer = sentencepiece.SentencePieceProcessor(model_proto=pieces.getvalue())
    encode = lambda texts: [[*ids, 2] for ids in tokenizer.encode(texts)]
    shape = SHAPES[name]
    keras.utils.set_random_seed(0)
    model = build(arguments(shape))
    for variable in model.trainable_variables:
        if re.search(
            r"block_([2-9]|\d\d)/.*(attention/output|feed_forward/outer)/kernel", variable.path
        ):
            variable.assign(shape.damping * variable)
    pairs = [
        pair for pair in zip(encode(english), encode(german)) if max(map(len, pair)) <= LONGEST
    ]
    warm = max(1, shape.steps // 10)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, shape.steps - warm, warmup_target=shape.rate, warmup_steps=warm
    )
    model.compile(
        keras.optimizers.Adam(rate, clipnorm=1.0),
        jit_compile=True,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    told = min(100, shape.steps)  # steps after which it says how it goes
    model.fit(
        batches(pairs, shape.batch, model.start_id),
        steps_per_epoch=told,
        epochs=shape.steps // told,
        verbose=2,
    )
    save(model, shape, encode(test), folder)


def arguments(shape):
    """The arguments of `zoo.create` for a shape, as a dict of JSON types."""
    both = dict(source_vocabulary=shape.vocabulary, target_vocabulary=shape.vocabulary)
    return dict(variant=shape.variant, **both, **{"start_id": 1} | shape.options | {"end_id": 2})


def build(arguments):
    """Builds the model of `arguments`."""
    import zoo

    model = zoo.create(
        *(arguments[key] for key in ("variant", "source_vocabulary", "target_vocabulary")),
        **{
            key: x
            for key, x in arguments.items()
            if key != "variant" and not key.endswith("_vocabulary")
        },
    )
    model.build()
    return model


def save(model, shape, sources, folder):
    """Writes model.safetensors, config.json and sources.json. The folder appears when all exist.

    A model that transformers has becomes a checkpoint of it. Of any other, config.json has the
    constructor's arguments, and the tensors go by the variables' paths.

    Args:
        model: built `Seq2Seq`.
        shape: the `Shape` that it was built from.
        sources: lists of ids.
        folder: path.
    """
    from safetensors.numpy import save_file

    config, tensors = exported(model, shape)
    with atomic_folder(folder) as draft:
        save_file(
            {key: np.ascontiguousarray(x) for key, x in tensors.items()},
            draft / "model.safetensors",
            {"format": "pt"},
        )
        for file, content in (("config", config), ("sources", sources)):
            (draft / f"{file}.json").write_text(json.dumps(content))


def exported(model, shape):
    """Config and tensors of a trained model: those of transformers where it has such a model."""
    from zoo.pretrained import checkpoint

    if type(model).__name__.lower() in [family.MODEL_TYPE for family in checkpoint.FAMILIES]:
        config, tensors = checkpoint.export(model)
        return config | {
            "num_hidden_layers": model.depth
        }, tensors  # as transformers writes it, and KerasHub reads it
    return arguments(shape), {
        path: np.asarray(x) for path, x in checkpoint.variables(model).items()
    }


def read(folder, dtype=None):
    """Loads the model of a folder that `save` wrote, to compute in `dtype` if one is given."""
    from safetensors.numpy import load_file

    from zoo.pretrained import checkpoint

    config = json.loads((folder / "config.json").read_text())
    if "variant" not in config:
        return checkpoint.read(folder, dtype).model
    config |= {"dtype": dtype} if dtype else {}
    model, tensors = build(config), load_file(folder / "model.safetensors")
    for path, variable in checkpoint.variables(model).items():
        variable.assign(tensors[path])
    return model


def batches(pairs, size, start_id):
    """Endless batches for `fit`: (source, shifted target), target, and weights without padding."""
    random = np.random.default_rng(0)

    def padded(rows):
        batch = np.zeros((size, LONGEST), "int32")
        for row, ids in zip(batch, rows):
            row[: len(ids)] = ids
        return batch

    while True:
        source, target = (
            padded(rows) for rows in zip(*(pairs[i] for i in random.choice(len(pairs), size)))
        )
        opened = np.concatenate([np.full((size, 1), start_id, "int32"), target[:, :-1]], 1)
        yield (source, opened), target, (target != 0).astype("float32")
