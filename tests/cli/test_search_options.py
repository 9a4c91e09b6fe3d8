"""Options of the search: what they do to outputs, and which go together."""

import argparse
import json
import types

import pytest

import zoo
from tests.pretrained.vocabularies import bpe_files
from zoo.cli.search_options import add_strategy, check_search, make_strategy, single_id, to_ids
from zoo.data.tokenizers import BytePairTokenizer


def test_generate_by_sampling_and_under_constraints(here, said):
    sample = ("generate", "runs/attentive", "a b", "--sample", 3, "--n-best", 3, "--temperature", 2)
    drawn = said(*sample).splitlines()
    assert (
        len(drawn) == 3
        and said(*sample).splitlines() == drawn != said(*sample, "--seed", 1).splitlines()
    )
    text = said(
        "generate",
        "runs/attentive",
        "a b",
        "--prefix",
        "d e",
        "--forbid",
        "c",
        "--beam",
        2,
        "--min-length",
        5,
    ).split()
    assert text[:2] == ["d", "e"] and "c" not in text and len(text) >= 4
    grouped = ("--beam", 4, "--groups", 4, "--diversity", 50, "--n-best", 4)
    diverse = said("generate", "runs/attentive", "a b", *grouped).splitlines()
    assert len({line.split("\t")[1][:1] for line in diverse}) == 4


@pytest.mark.parametrize(
    "words, strategy",
    [
        ("", zoo.Greedy()),
        ("--beam 2", zoo.Beam(2)),
        ("--beam 2 --early-stopping", zoo.Beam(2, early_stopping=True)),
        ("--beam 2 --length-penalty 0", zoo.Beam(2, length_penalty=0.0)),
        ("--beam 2 --coverage-penalty 0.1", zoo.Beam(2, coverage_penalty=0.1)),
        ("--beam 4 --groups 2", zoo.Beam(4, groups=2, diversity=0.5)),
        ("--beam 4 --groups 2 --diversity 2", zoo.Beam(4, groups=2, diversity=2.0)),
        (
            "--sample 3 --temperature 2 --top-k 4 --top-p 0.5 --min-p 0.1 --seed 9",
            zoo.Sample(3, temperature=2.0, top_k=4, top_p=0.5, min_p=0.1, seed=9),
        ),
        (
            "--min-length 2 --min-ratio 0.5 --max-ratio 2 --no-repeat-ngram 3",
            zoo.Greedy(
                zoo.Constraints(min_length=2, min_ratio=0.5, max_ratio=2.0, no_repeat_ngram=3)
            ),
        ),
    ],
)
def test_options_are_those_of_the_strategy(words, strategy):
    parser = argparse.ArgumentParser()
    add_strategy(parser)
    options = parser.parse_args(words.split())
    check_search(options)
    assert make_strategy(options, None) == strategy


@pytest.mark.parametrize(
    "words, message",
    [
        (["generate", "runs/attentive", "a", "--early-stopping"], "--early-stopping needs --beam"),
        (
            ["evaluate", "runs/attentive", "--beam", "0"],
            "--beam must be a whole number above 0, got 0",
        ),
        (
            ["evaluate", "runs/attentive", "--beam", "2", "--length-penalty", "nan"],
            "length_penalty",
        ),
        (
            ["generate", "runs/attentive", "a", "--coverage-penalty", "1"],
            "--coverage-penalty needs --beam K",
        ),
        (["generate", "runs/attentive", "a", "--beam", "2", "--sample", "2"], "choose one"),
        (["generate", "runs/attentive", "a", "--top-k", "2"], "--top-k needs --sample N"),
        (["generate", "runs/attentive", "a", "--groups", "2"], "--groups needs --beam K"),
        (
            ["generate", "runs/attentive", "a", "--beam", "3", "--groups", "2"],
            "3 cannot be cut into 2 equal groups",
        ),
        (
            ["generate", "runs/attentive", "a", "--sample", "1", "--top-p", "0"],
            "top_p must be a number above 0 up to 1",
        ),
        (
            ["generate", "runs/attentive", "a", "--prefix", "a x"],
            "'a x' has 'x', which the target vocabulary lacks",
        ),
        (
            ["generate", "runs/attentive", "a", "--prefix", "a b c", "--max-length", "2"],
            "has 3 tokens, and an output at most 2",
        ),
        (
            ["generate", "runs/attentive", "a", "--forbid", "a b"],
            "--forbid takes a single token, and 'a b' is 2",
        ),
        (
            ["generate", "runs/attentive", "a", "--no-repeat-ngram", "-1"],
            "no_repeat_ngram must be a whole number of at least 0",
        ),
        (["generate", "runs/attentive", "a", "--beam", "-1"], "--beam must be .*, got -1"),
        (["generate", "runs/attentive", "a", "--max-length", "0"], "--max-length must be"),
        (["evaluate", "runs/attentive", "--max-length", "0"], "--max-length must be"),
        (
            ["generate", "runs/attentive", "a", "--min-length", "9", "--max-length", "5"],
            "--min-length 9 is above --max-length 5",
        ),
        (
            ["generate", "runs/attentive", "a", "--min-ratio", "2", "--max-ratio", "1"],
            "--min-ratio 2.0 is above --max-ratio 1.0",
        ),
        (
            ["generate", "runs/attentive", "a", "--beam", "2", "--diversity", "1"],
            "--diversity needs --groups",
        ),
        (
            ["generate", "runs/attentive", "a", "--beam", "2000000000"],
            "a search keeps at most 5,000 hypotheses per source, got 2,000,000,000",
        ),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, words, message):
    mistake(words, message)


def test_a_forbidden_token_is_one_beside_the_token_that_opens_every_text():
    vocabulary, merges = bpe_files()
    lines = merges.decode().split("\n")[1:-1]
    tokenizer = BytePairTokenizer(json.loads(vocabulary), [line.split(" ") for line in lines])
    assert single_id("a", tokenizer) == json.loads(vocabulary)["a"]


def test_a_whisper_is_told_what_to_do():
    tokenizer = types.SimpleNamespace(tasks={}, prefix=lambda *names: names)
    assert to_ids("<|en|><|transcribe|>", tokenizer) == ("en", "transcribe")
