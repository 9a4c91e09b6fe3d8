"""Captions of pictures, on small files of the form of the real ones."""

import pytest

from tests.data.tasks.texts import REVERSED, TEXTS
from zoo.data import multi30k
from zoo.data.task import Example, create_task
from zoo.errors import ZooError


def serve_multi30k(files):
    for split, size in (("train", 300), ("val", 20), ("test_2016_flickr", 30)):
        for form in multi30k.FORMS.values():
            for language, texts in (("en", TEXTS), ("de", REVERSED), ("fr", TEXTS)):
                files[form.format(split, language)] = texts[:size]


def test_multi30k(files):
    serve_multi30k(files)
    task = create_task("multi30k", pieces=80)
    assert {split: len(examples) for split, examples in task.splits.items()} == dict(
        train=300, validation=20, test=30
    )
    assert task.splits["train"][7] == Example(TEXTS[7], (REVERSED[7],))
    assert task.source_tokenizer is task.target_tokenizer and task.source_tokenizer.size == 80
    assert (
        task.metrics[0] == "bleu"
        and create_task("multi30k", form="tok", pieces=80).metrics[0] == "tokenised_bleu"
    )
    back = create_task("multi30k", source="de", target="en", pieces=80, train_limit=5, test_limit=2)
    assert [len(back.splits[split]) for split in ("train", "validation", "test")] == [5, 20, 2]
    assert back.splits["train"][0] == Example(REVERSED[0], (TEXTS[0],))


def test_short_training_captions_leave_the_rest_as_it_is(files):
    serve_multi30k(files)
    files["raw/train.en.gz"] = [
        "It snows." if i % 3 else text for i, text in enumerate(TEXTS[:300])
    ]
    whole, short = (create_task("multi30k", pieces=80, train_max_words=n) for n in (None, 2))
    assert "train_max_words" not in whole.options and short.options["train_max_words"] == 2
    kept = [Example("It snows.", (REVERSED[i],)) for i in range(300) if i % 3]
    assert short.splits == whole.splits | {"train": kept}
    assert short.source_tokenizer.get_config() == whole.source_tokenizer.get_config()


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(source="it"), "unknown source 'it'"),
        (dict(target="en"), "two languages"),
        (dict(form="tokens"), "unknown form"),
        (dict(kind="word"), "unknown kind"),
        (dict(pieces=9), "cannot make 9 pieces"),
        (dict(pieces=80, train_limit=0), "train_limit"),
        (dict(pieces=80, train_max_words=0), "train_max_words must be"),
        (dict(pieces=80, train_max_words=1), "at most 1 words; raise train_max_words"),
    ],
)
def test_multi30k_refuses(files, options, message):
    serve_multi30k(files)
    with pytest.raises(ZooError, match=message):
        create_task("multi30k", **options)


def test_multi30k_with_a_line_missing(files):
    serve_multi30k(files)
    files["raw/train.de.gz"] = REVERSED[:299]
    with pytest.raises(ZooError, match="300 lines and .* 299"):
        create_task("multi30k", pieces=80)
