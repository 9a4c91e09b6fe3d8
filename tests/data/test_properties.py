"""Properties of readers, tokenizers and batches, for any text and any lengths."""

import json
import unicodedata

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zoo.data.batches import Batches
from zoo.data.packed import Packed
from zoo.data.readers.lines import lines
from zoo.data.readers.pairs import open_pairs
from zoo.data.splits import grouped
from zoo.data.stored_pairs import StoredPairs
from zoo.data.tokenizers import ByteTokenizer, PieceTokenizer, SymbolTokenizer

MANY = settings(max_examples=100)
FEW = settings(max_examples=25)
UNICODE = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
LINE = (
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\n\r\t"), min_size=1)
    .map(str.strip)
    .filter(bool)
)
WORD = st.text(st.characters(exclude_categories=("Cs", "Z", "C")), min_size=1, max_size=12)
PAIRS = st.lists(st.tuples(LINE, LINE), min_size=1, max_size=20)
LENGTHS = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=80)


@MANY
@given(
    texts=st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\n\r"))),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_lines_come_back(texts, end, tmp_path_factory):
    path = tmp_path_factory.mktemp("lines") / "t.txt"
    path.write_bytes(b"\xef\xbb\xbf" + "".join(text + end for text in texts).encode())
    assert list(lines(path)) == texts


@MANY
@given(pairs=PAIRS)
def test_a_table_a_list_of_objects_and_parallel_texts_hold_the_same_pairs(pairs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs")
    quoted = [[x.replace('"', '""') for x in pair] for pair in pairs]
    files = {
        "a.tsv": "".join(f"{s}\t{t}\n" for s, t in pairs),
        "a.jsonl": "".join(json.dumps({"source": s, "target": t}) + "\n" for s, t in pairs),
        "a.csv": "source,target\n" + "".join(f'"{s}","{t}"\n' for s, t in quoted),
        "s": "".join(s + "\n" for s, _ in pairs),
        "t": "".join(t + "\n" for _, t in pairs),
    }
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    for names in (["a.tsv"], ["a.jsonl"], ["a.csv"], ["s", "t"]):
        assert list(open_pairs([str(folder / name) for name in names])[None]) == pairs


@MANY
@given(pairs=PAIRS)
def test_pairs_on_disk_are_the_pairs(pairs):
    assert [(x.source, *x.references) for x in StoredPairs(pairs)] == pairs
    assert sorted((x.source, text) for x in grouped(pairs) for text in x.references) == sorted(
        set(pairs)
    )


@MANY
@given(text=st.text(UNICODE, max_size=50))
def test_bytes_hold_any_text(text):
    tokenizer = ByteTokenizer()
    ids = tokenizer.encode(text)
    assert (
        tokenizer.decode(ids) == text
        and len(ids) == tokenizer.length(text)
        and not tokenizer.unknown(text)
    )


@MANY
@given(texts=st.lists(st.text(UNICODE, max_size=20), min_size=1, max_size=5))
def test_characters_hold_the_texts_that_they_were_made_of(texts):
    tokenizer = SymbolTokenizer.from_texts(texts, "")
    for text, ids in zip(texts, tokenizer.encode_batch(texts)):
        assert (
            tokenizer.decode(ids) == text
            and len(ids) == tokenizer.length(text)
            and not tokenizer.unknown(text)
        )


@MANY
@given(texts=st.lists(st.lists(WORD, max_size=5).map(" ".join), min_size=1, max_size=5))
def test_words_hold_the_texts_that_they_were_made_of(texts):
    tokenizer = SymbolTokenizer.from_texts(texts, " ")
    for text, ids in zip(texts, tokenizer.encode_batch(texts)):
        assert tokenizer.decode(ids) == " ".join(text.split()) and len(ids) == tokenizer.length(
            text
        )


LETTERS = "abcdefghij äöüß'.,?"
PIECES = {
    kind: PieceTokenizer.from_texts(
        [LETTERS, "a bad cab", "fade", "hi jab", "big head"] * 9, 60, kind, exact=False
    )
    for kind in ("bpe", "unigram")
}


@MANY
@given(
    text=st.text(st.sampled_from(LETTERS), min_size=1, max_size=40).filter(
        lambda text: text == text.strip()
    ),
    kind=st.sampled_from(sorted(PIECES)),
)
def test_pieces_hold_any_text_of_their_characters(text, kind):
    tokenizer = PIECES[kind]
    assert unicodedata.is_normalized("NFC", LETTERS)
    ids = tokenizer.encode(text)
    assert (
        tokenizer.decode(ids) == text
        and len(ids) == tokenizer.length(text)
        and not tokenizer.unknown(text)
    )


@MANY
@given(
    arrays=st.lists(st.lists(st.integers(0, 2**31 - 1), max_size=6), max_size=12), data=st.data()
)
def test_packed_arrays_come_back(arrays, data):
    packed = Packed(arrays)
    assert [x.tolist() for x in packed] == arrays
    indices = (
        data.draw(st.lists(st.integers(0, max(0, len(arrays) - 1)), max_size=5)) if arrays else []
    )
    assert packed.padded(indices, 6).tolist() == [
        arrays[i] + [0] * (6 - len(arrays[i])) for i in indices
    ]


@FEW
@given(
    lengths=LENGTHS,
    tokens=st.integers(1, 300),
    buckets=st.integers(1, 5),
    seed=st.integers(0, 3),
    epoch=st.integers(0, 2),
)
def test_every_pair_is_in_one_batch_of_an_epoch_within_the_budget(
    lengths, tokens, buckets, seed, epoch
):
    sources, targets = ([np.arange(4, 4 + pair[side]) for pair in lengths] for side in (0, 1))
    batches, seen = Batches(sources, targets, tokens, buckets, seed), []
    for batch in batches.epoch(epoch):
        rows, length = batch.target.shape
        assert rows == 1 or rows * length <= tokens
        for row, i in enumerate(batch.indices):
            assert np.trim_zeros(batch.source[row], "b").tolist() == sources[i].tolist()
            assert np.trim_zeros(batch.target[row], "b").tolist() == targets[i].tolist()
        assert not batch.target[batch.rows :].any()
        seen += batch.indices.tolist()
    assert sorted(seen) == list(range(len(lengths)))
    assert (
        len({batch.source.shape + batch.target.shape for batch in batches.epoch(epoch)}) <= buckets
    )
