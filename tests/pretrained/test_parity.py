"""Checkpoints of transformers compute here what they compute there, and KerasHub agrees."""

import numpy as np
import pytest
import torch
import transformers

import zoo
from tests.pretrained.checkpoints import exchange, sources
from zoo.decoding import Beam, Constraints, Greedy, generate

KINDS = ("t5", "t5_v1_1", "byt5", "bart", "marian", "marian_two")
LENGTH = 16


def batch(pair, count=8):
    """Sources and decoder inputs in a checkpoint's ids, padded: int [B, S] and [B, T]."""
    config = pair.theirs.config
    _, source = sources(count, config.vocab_size, config.eos_token_id, pair.pad)
    vocabulary = getattr(config, "decoder_vocab_size", config.vocab_size)
    _, target = sources(count, vocabulary, config.eos_token_id, pair.pad, seed=1)
    start = config.decoder_start_token_id
    return source, np.concatenate([np.full_like(target[:, :1], start), target[:, :-1]], 1)


def their_logits(model, source, target, pad):
    with torch.no_grad():
        return model(
            input_ids=torch.tensor(source),
            attention_mask=torch.tensor((source != pad).astype("int64")),
            decoder_input_ids=torch.tensor(target),
        ).logits.numpy()


def our_logits(model, source, target, pad):
    logits = np.asarray(
        model((exchange(source, pad).astype("int32"), exchange(target, pad).astype("int32")))
    )
    return logits[..., exchange(np.arange(logits.shape[-1]), pad)]


@pytest.mark.parametrize("kind", KINDS)
def test_logits_of_a_padded_batch(pair, parity, kind):
    pair = pair(kind)
    source, target = batch(pair)
    expected = their_logits(pair.theirs, source, target, pair.pad)
    assert expected.std() > 0.5
    assert len({len(row[row != pair.pad]) for row in source}) > 3
    parity(
        pair.family,
        f"transformers {type(pair.theirs).__name__}",
        "logits",
        our_logits(pair.ours.model, source, target, pair.pad),
        expected,
        1e-4,
    )


def their_outputs(pair, padded, beams, length_penalty=1.0, **options):
    """What transformers generates, as lists of ids without start and end tokens."""
    search = (
        dict(num_beams=beams, early_stopping="never", length_penalty=length_penalty)
        if beams > 1
        else {}
    )
    pair.theirs.generation_config.forced_eos_token_id = None
    rows = (
        pair.theirs.generate(
            input_ids=torch.tensor(padded),
            attention_mask=torch.tensor((padded != pair.pad).astype("int64")),
            do_sample=False,
            max_new_tokens=LENGTH,
            **search,
            **options,
        )
        .numpy()[:, 1:]
        .tolist()
    )
    end = pair.theirs.config.eos_token_id
    return [
        row[: row.index(end)] if end in row else [i for i in row if i != pair.pad] for row in rows
    ]


def our_outputs(pair, rows, strategy):
    """What the zoo generates, as `their_outputs`."""
    found = generate(
        pair.ours.model,
        [exchange(row, pair.pad).tolist() for row in rows],
        strategy,
        LENGTH,
    )
    return [exchange(best[0].ids, pair.pad).tolist() for best in found]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("beams", [1, 4])
def test_outputs_of_64_sources(traced, pair, kind, beams):
    pair = pair(kind)
    rows, padded = sources(
        64, pair.theirs.config.vocab_size, pair.theirs.config.eos_token_id, pair.pad, seed=2
    )
    expected = their_outputs(pair, padded, beams, suppress_tokens=[pair.pad])
    strategy = Beam(beams, length_penalty=1.0, formula="power") if beams > 1 else Greedy()
    assert our_outputs(pair, rows, strategy) == expected
    assert len({tuple(ids) for ids in expected}) > 16
    assert len({len(ids) for ids in expected}) > 1  # some end, some do not


@pytest.mark.parametrize("kind", ["t5", "bart"])
@pytest.mark.parametrize("beams", [1, 4])
def test_outputs_under_constraints(traced, pair, kind, beams):
    pair = pair(kind)
    rows, padded = sources(
        32, pair.theirs.config.vocab_size, pair.theirs.config.eos_token_id, pair.pad, seed=3
    )
    expected = their_outputs(
        pair,
        padded,
        beams,
        0.8,
        min_new_tokens=6,
        no_repeat_ngram_size=3,
        forced_bos_token_id=11,
        suppress_tokens=[pair.pad, 17],
    )
    limits = Constraints(min_length=7, prefix=(11,), forbidden=(17,), no_repeat_ngram=3)
    strategy = Beam(beams, 0.8, "power", constraints=limits) if beams > 1 else Greedy(limits)
    assert our_outputs(pair, rows, strategy) == expected
    assert all(ids[0] == 11 for ids in expected) and len({tuple(ids) for ids in expected}) > 8


def test_text_in_and_text_out(pair):
    for kind, loader in (
        ("t5", transformers.T5Tokenizer),
        ("marian", transformers.MarianTokenizer),
    ):
        found = pair(kind)
        tokenizer = loader.from_pretrained(found.folder)
        texts = ["The quick brown fox.", "Das Haus ist wunderbar, und der Garten auch."]
        inputs = tokenizer(texts, return_tensors="pt", padding=True)
        found.theirs.generation_config.forced_eos_token_id = None
        ids = found.theirs.generate(
            **inputs, max_new_tokens=12, do_sample=False, suppress_tokens=[found.pad]
        )
        outputs = found.ours.generate(texts, zoo.Decoding(max_length=12, compiled=False))
        assert [best[0][0] for best in outputs] == tokenizer.batch_decode(
            ids, skip_special_tokens=True
        )
        assert all(score < 0 for best in outputs for _, score in best)
