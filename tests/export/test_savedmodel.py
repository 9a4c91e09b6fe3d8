"""A process that has TensorFlow and tensorflow-text, and no zoo, gives the zoo's outputs."""

import functools
import json
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

import zoo
from benchmarks.probes.exports.formats import NO_ZOO
from tests.export.models import FAMILIES, LENGTH, best, shallow, text_model, words
from tests.pretrained.vocabularies import bpe_files
from zoo.data.tokenizers import BytePairTokenizer
from zoo.errors import ZooError
from zoo.export import export

STRATEGY = zoo.Beam(3)
TEXTS = words(20)
LOADER = (
    NO_ZOO
    + """
texts, found = json.load(sys.stdin), {}
for folder in sys.argv[1:]:
    served = tf.saved_model.load(folder).signatures
    found[folder] = [[], [], []]
    for first in (0, 1):  # batches of 1 and 19 texts
        some = texts[first:] if first else texts[:1]
        answer = served["serve"](texts=tf.constant(some))
        found[folder][0] += [[o.decode() for o in row] for row in answer["outputs"].numpy()]
        found[folder][1] += answer["scores"].numpy().tolist()
    found[folder][2] = served["serve_ids"](ids=tf.constant([[4, 5, 2, 0]]))["ids"].numpy().tolist()
print(json.dumps(found))
"""
)


def load_elsewhere(folders, texts):
    """What a fresh process makes of texts with each folder."""
    command = [sys.executable, "-c", LOADER, *map(str, folders)]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A function of a family's name to the folder of its model, exported once, and what is loaded
    from it.
    """

    @functools.cache
    def export_once(name):
        folder = tmp_path_factory.mktemp("exported") / name
        export(shallow(name), folder, "savedmodel", strategy=STRATEGY)
        return folder, tf.saved_model.load(folder).signatures

    return export_once


def answers(served, texts):
    """What `load_elsewhere` finds with one folder, of what is loaded in this process."""
    answer = served["serve"](texts=tf.constant(texts))
    ids = served["serve_ids"](ids=tf.constant([[4, 5, 2, 0]]))["ids"].numpy()
    outputs = [[text.decode() for text in row] for row in answer["outputs"].numpy()]
    return outputs, answer["scores"].numpy(), ids


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_answers_as_in_the_zoo(traced, exported, name):
    _, served = exported(name)
    outputs, scores, ids = answers(served, TEXTS)
    expected = best(shallow(name).generate(TEXTS, STRATEGY))
    assert [row[0] for row in outputs] == [text for text, _ in expected]
    np.testing.assert_allclose(
        [row[0] for row in scores], [score for _, score in expected], atol=1e-4
    )
    assert np.shape(ids) == (1, 3, LENGTH)


def test_a_process_without_the_zoo_answers_alike(exported):
    loaded = dict(map(exported, ("lstm_seq2seq_nano", "t5_nano")))
    found = load_elsewhere(loaded, TEXTS)
    for folder, served in loaded.items():
        outputs, scores, ids = found[str(folder)]
        here = answers(served, TEXTS)
        assert outputs == here[0] and np.shape(ids) == (1, 3, LENGTH)
        np.testing.assert_allclose(scores, here[1], atol=1e-4)


def test_a_source_beyond_the_positions_is_refused(exported):
    _, served = exported("bart_nano")
    with pytest.raises(tf.errors.InvalidArgumentError, match="more tokens than the 64"):
        served["serve_ids"](ids=tf.ones((1, 65), tf.int32))


def test_byte_pairs_are_refused(tmp_path):
    vocabulary, merges = bpe_files()
    lines = merges.decode().split("\n")[1:-1]
    tokenizer = BytePairTokenizer(json.loads(vocabulary), [line.split(" ") for line in lines])
    model = zoo.create(
        "bart_nano", tokenizer.size, tokenizer.size, start_id=2, end_id=tokenizer.end_id
    )
    with pytest.raises(ZooError, match="cannot carry BytePairTokenizer: it has no operation"):
        export(zoo.TextModel(model, tokenizer, tokenizer), tmp_path / "out", "savedmodel")


def test_samples_are_refused(tmp_path):
    with pytest.raises(ZooError, match="holds Greedy or Beam, not Sample"):
        export(
            text_model("lstm_seq2seq_nano"), tmp_path / "o", "savedmodel", strategy=zoo.Sample(2)
        )
