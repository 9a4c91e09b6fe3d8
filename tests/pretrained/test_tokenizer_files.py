"""The tokenizers of checkpoints: equal to those of transformers, or refused."""

import json

import pytest
import torch  # noqa: F401  transformers without it would have no models
import transformers

from tests.pretrained.changes import content, cut, remove, vocabulary
from tests.pretrained.checkpoints import exchange
from tests.pretrained.sentences import SENTENCES, texts
from tests.pretrained.vocabularies import spm, tokenizer_files
from zoo.data.tokenizers import (
    BytePairTokenizer,
    ByteT5Tokenizer,
    MarianTokenizer,
    SentencePieceTokenizer,
    tokenizer_from_config,
)
from zoo.errors import ZooError
from zoo.pretrained import tokenizer_files as files

SIZES = {"t5": 384, "byt5": 384, "bart": 401, "marian": 400}
THEIRS = {
    "t5": transformers.T5Tokenizer,
    "byt5": transformers.ByT5Tokenizer,
    "bart": transformers.BartTokenizer,
    "marian": transformers.MarianTokenizer,
}
KINDS = tuple(SIZES)


@pytest.fixture
def both(tmp_path):
    """A function of a kind to our source tokenizer and theirs, of the same folder."""

    def of(kind, saved_by_them=False):
        for name, data in tokenizer_files(kind).items():
            (tmp_path / name).write_bytes(data)
        theirs, folder = THEIRS[kind].from_pretrained(tmp_path), tmp_path
        if saved_by_them:
            folder = tmp_path / "saved"
            theirs.save_pretrained(folder)
        model_type = {"byt5": "t5"}.get(kind, kind)
        return files.read(folder, model_type, SIZES[kind], SIZES[kind])[0], theirs

    return of


@pytest.mark.parametrize("saved_by_them", [False, True], ids=["published", "tokenizer.json"])
@pytest.mark.parametrize("kind", KINDS)
def test_ids_of_200_texts(both, kind, saved_by_them):
    ours, theirs = both(kind, saved_by_them)
    every = texts()
    assert len(every) == 200
    expected = [exchange(theirs(text)["input_ids"], ours.pad_id).tolist() for text in every]
    encoded = ours.encode_batch(every)
    assert {text: ids for text, ids in zip(every, encoded)} == {
        text: ids for text, ids in zip(every, expected)
    }
    assert [ours.length(text) for text in every] == [len(ids) for ids in encoded]
    assert ours.encode(every[0]) == encoded[0] and ours.encode_batch([]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_texts_of_ids(both, kind):
    ours, theirs = both(kind)
    for text in texts():
        ids = ours.encode(text)
        expected = theirs.decode(exchange(ids, ours.pad_id).tolist(), skip_special_tokens=True)
        if kind == "marian" and text.startswith(">>"):
            continue
        if kind == "t5" and ours.unknown(
            text
        ):  # theirs keeps the space after an unknown first word
            expected = expected.lstrip()
        assert ours.decode(ids) == expected, text
    closed = ours.encode(SENTENCES[0])
    assert ours.decode([*closed, 0, 0, *closed]) == ours.decode(closed) == ours.decode([0, *closed])
    assert ours.decode([]) == "" and ours.decode([ours.end_id]) == ""


@pytest.mark.parametrize("kind", ["t5", "byt5"])
def test_sentinels(both, kind):
    ours, theirs = both(kind)
    for text in (
        "a <extra_id_0> b <extra_id_1> c",
        "<extra_id_0>x<extra_id_99>",
        "<extra_id_7><extra_id_8>",
        "<extra_id_3>",
        "no <extra_id_> and x<extra_id_999>y or <extra_id_x>",
        " <extra_id_0> ",
    ):
        assert ours.encode(text) == theirs(text)["input_ids"], text
    text = "<extra_id_0> the fox <extra_id_1> the dog"
    assert ours.decode(ours.encode(text)) == text


def test_language_codes(both):
    ours, theirs = both("marian")
    for text in (">>fra<< The fox", ">>fra<<", ">>xyz<< The fox", "a >>fra<< b", ">> fra"):
        assert ours.encode(text) == exchange(theirs(text)["input_ids"], ours.pad_id).tolist(), text


def test_mask(both):
    ours, theirs = both("bart", saved_by_them=True)
    assert ours.strip_mask is False
    for text in ("a <mask> b", "<mask>", "x<mask>y <mask>"):
        assert ours.encode(text) == exchange(theirs(text)["input_ids"], 1).tolist()
    published, _ = both("bart")
    assert published.encode("a <mask> b") == [
        *published.encode("a")[:-1],
        400,
        *published.encode(" b")[1:],
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_text_cannot_end_or_mask_a_source(both, kind):
    ours, _ = both(kind)
    ids = ours.encode("a </s> b <pad> c <s> d")
    assert ids.count(ours.end_id) == 1 and ids[-1] == ours.end_id and 0 not in ids


@pytest.mark.parametrize("kind", KINDS)
def test_config_round_trips_through_json(both, kind):
    ours, _ = both(kind)
    config = json.loads(json.dumps(ours.get_config()))
    again = tokenizer_from_config(config)
    assert type(again) is type(ours) and again.get_config() == ours.get_config()
    assert (again.size, again.start_id, again.end_id) == (ours.size, ours.start_id, ours.end_id)
    assert again.encode_batch(SENTENCES) == ours.encode_batch(SENTENCES)


def test_ids_at_the_edges(both):
    t5, byt5, bart, marian = (both(kind)[0] for kind in KINDS)
    assert (t5.start_id, t5.end_id, t5.encode("<extra_id_0>")) == (0, 1, [t5.pieces + 99, 1])
    assert (byt5.start_id, byt5.end_id, byt5.encode("a<extra_id_0>")) == (0, 1, [100, 259, 1])
    assert (bart.start_id, bart.end_id, bart.begin_id, bart.encode("")) == (2, 2, 1, [1, 2])
    assert (marian.start_id, marian.end_id) == (0, len(marian.vocabulary) - 1)
    assert t5.decode([t5.size - 1, 5000]) == bart.decode([4999]) == marian.decode([4999]) == ""


def test_unknown(both):
    t5, byt5, bart, marian = (both(kind)[0] for kind in KINDS)
    assert t5.unknown("The fox 日本 and 😀 <extra_id_0>") == ["日本", "😀"]
    assert "日" in "".join(marian.unknown("The fox 日"))
    assert t5.unknown("The fox") == byt5.unknown("日") == bart.unknown("日") == []


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: SentencePieceTokenizer(b"nothing"), "spiece.model"),
        (lambda: SentencePieceTokenizer(spm()[:100]), "spiece.model"),
        (lambda: SentencePieceTokenizer(spm(1, 150, pad_id=-1, eos_id=1, unk_id=0)), "<pad> 0"),
        (lambda: SentencePieceTokenizer(spm(), size=200), "280 ids"),
        (lambda: MarianTokenizer(spm(), {"</s>": 0, "<unk>": 1, "<pad>": 3}), "id 2"),
        (lambda: MarianTokenizer(spm(), {"</s>": 0, "<unk>": 1}), "<pad>"),
        (lambda: BytePairTokenizer({"<s>": 0, "<pad>": 1, "</s>": 2}, [("a", "b")]), "merges.txt"),
        (lambda: BytePairTokenizer({"<s>": 0, "<pad>": 1, "</s>": "2"}, []), "whole number"),
        (lambda: ByteT5Tokenizer(125, 300), "384 ids"),
    ],
)
def test_broken_files(make, message):
    with pytest.raises(ZooError, match=message):
        make()


BROKEN = {  # what is wrong: the kind of checkpoint, how it is broken, and the message
    "no T5 tokenizer": ("t5", remove("spiece.model"), r"no tokenizer .*spiece\.model"),
    "no BART tokenizer": ("bart", remove("merges.txt"), r"no tokenizer .*merges\.txt"),
    "no Marian tokenizer": ("marian", remove("target.spm"), r"no tokenizer .*target\.spm"),
    "broken spm": ("t5", cut("spiece.model", 300), r"spiece\.model is not a SentencePiece model"),
    "broken source.spm": (
        "marian",
        content("source.spm", "hello"),
        r"\.spm file is not a SentencePiece model",
    ),
    "vocab.json lacks an id": (
        "marian",
        vocabulary(lambda v: v.pop(next(k for k, i in v.items() if i == 7))),
        r"id 7",
    ),
    "vocab.json lacks a special": (
        "bart",
        vocabulary(lambda v: v.update(gone=v.pop("</s>"))),
        r"the token </s>",
    ),
    "vocab.json larger than the model": (
        "bart",
        vocabulary(lambda v: v.update(more=len(v))),
        r"402 ids|\d+ ids, .*only",
    ),
    "vocab.json is not JSON": (
        "bart",
        content("vocab.json", "x"),
        r"vocab\.json is broken: it is not JSON",
    ),
    "more sentinels than the model has": (
        "t5",
        content("tokenizer_config.json", '{"extra_ids": 900}'),
        r"900 sentinels of 384 ids",
    ),
    "merges of other tokens": (
        "bart",
        content("merges.txt", "xx yy\n"),
        r"merges\.txt does not fit",
    ),
    "10^10 sentinels": (
        "t5",
        content("tokenizer_config.json", '{"extra_ids": 10000000000}'),
        r"10000000000 sentinels of 384 ids",
    ),
    "sentinels below zero": (
        "t5",
        content("tokenizer_config.json", '{"extra_ids": -1}'),
        r"-1 sentinels of 384 ids",
    ),
    "list of sentinels": (
        "t5",
        content("tokenizer_config.json", '{"extra_ids": [1]}'),
        r"tokenizer_config\.json is broken: extra_ids must be a whole number",
    ),
    "list of classes": (
        "t5",
        content("tokenizer_config.json", '{"tokenizer_class": ["T5Tokenizer"]}'),
        r"tokenizer_class must be text or null",
    ),
    "deep tokenizer": (
        "bart",
        content("vocab.json", '{"a":' * 300_000),
        r"vocab\.json is broken: it is nested too deeply",
    ),
    "text for an id": (
        "bart",
        vocabulary(lambda v: v.update({"<s>": "0"})),
        r"vocab\.json is broken: <s> must be a whole number",
    ),
    "files of own tokenizers without a tokenizer": (
        "t5",
        content("zoo_tokenizers.json", '{"source": {"class_name": ["Byte"]}, "target": 3}'),
        r"source\.class_name must be text",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken(*BROKEN[case])
