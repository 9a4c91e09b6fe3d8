"""`zoo generate` and `zoo score`: texts in, outputs or log-probabilities out."""

import pytest

import zoo
from tests.cli.conftest import type_in
from zoo.cli.main import main
from zoo.data.tokenizers import PieceTokenizer
from zoo.printable import token_texts


def test_generate_from_arguments_and_from_standard_input(here, said, monkeypatch):
    texts = ["a b", "c", "d e a"]
    lines = said("generate", "runs/attentive", *texts).splitlines()
    assert len(lines) == 3
    for data in (b"a b\nc\nd e a\n", b"a b\nc\nd e a", b"a b\r\nc\r\nd e a\r\n"):
        type_in(monkeypatch, data)
        assert said("generate", "runs/attentive").splitlines() == lines


def test_a_few_texts_do_not_wait_for_the_compiler(here, said, monkeypatch):
    from zoo.decoding import decoder

    def compiled(model, key, function):
        raise AssertionError(f"{key} is compiled")

    monkeypatch.setattr(decoder, "compiled", compiled)
    assert said("generate", "bilstm_bahdanau_mini-g2p", "mirror", "cat") == "M IH R ER\nK AE T\n"
    type_in(monkeypatch, b"mirror\n")  # more may follow
    with pytest.raises(AssertionError, match="is compiled"):
        said("generate", "bilstm_bahdanau_mini-g2p")


def test_generate_n_best(here, said):
    lines = said("generate", "runs/attentive", "a b", "c", "--beam", 3, "--n-best", 2).splitlines()
    scores = [float(line.split("\t")[0]) for line in lines]
    assert len(lines) == 4 and scores[0] >= scores[1] and scores[2] >= scores[3]
    best = said("generate", "runs/attentive", "a b", "--beam", 3)
    assert best == lines[0].split("\t", 1)[1] + "\n"


def test_generate_takes_long_texts_where_they_are_allowed(here, said, refused):
    words = ("generate", "runs/attentive", "a b c d e")
    assert "at most 5" in refused(*words) and "at most 5" in refused(*words, "--longest", 5)
    wanted = zoo.load("runs/attentive").generate(["a b c d e"], zoo.Decoding(longest=6))
    assert said(*words, "--longest", 6) == f"{wanted[0][0][0]}\n"


def test_generate_takes_unknown_symbols_where_they_are_replaced(here, said):
    letters = [word for letter in "abcde" for word in ("--forbid", letter)]
    words = ["generate", "runs/attentive", *letters, "--min-length", 3, "--max-length", 3]
    assert said(*words, "a b").split()[:2] == ["<unk>"] * 2
    replaced = said(*words, "a x", "--replace-unknown").split()
    assert len(replaced) >= 2 and set(replaced) <= {"a", "x"}


def test_score(here, said, monkeypatch):
    type_in(monkeypatch, b"a b\tb a\na b\ta b\n")
    plain = said("score", "runs/attentive").splitlines()
    type_in(monkeypatch, b"a b\tb a\na b\ta b\n")
    tokens = said("score", "runs/attentive", "--tokens").splitlines()
    assert len(plain) == 2 and all(float(value) < 0 for value in plain)
    for value, line in zip(plain, tokens):
        total, shown = line.split("\t")
        parts = [part.rsplit(":", 1) for part in shown.split()]
        assert total == value and [name for name, _ in parts][-1] == "</s>" and len(parts) == 3
        assert abs(sum(float(part) for _, part in parts) - float(value)) < 1e-3


@pytest.mark.parametrize(
    "data, outputs, message",
    [
        (b"", 0, "standard input is empty"),
        (b"a\n\nb\n \n", 1, "line 2 of standard input is empty"),
        (b"a\nb\nx\na\n", 2, "line 3 of standard input: 'x' has 'x'"),
        (b"x\n", 0, "line 1 of standard input: 'x' has 'x'"),
        (b"a\n\xff\n", 1, "line 2 of standard input is not UTF-8: byte 0xff at column 1"),
        (b"a\nb \xc3", 1, "line 2 of standard input is not UTF-8"),
    ],
)
def test_outputs_before_a_bad_line_are_written(here, capsys, monkeypatch, data, outputs, message):
    type_in(monkeypatch, data)
    assert main(["generate", "runs/attentive"]) == 2
    written, complaint = capsys.readouterr()
    assert len(written.splitlines()) == outputs
    assert message in complaint and complaint.splitlines()[-1].startswith("zoo: ")


@pytest.mark.parametrize(
    "data, scores, message",
    [
        (b"a b\n", 0, "line 1 of standard input is not SOURCE, a tab, TARGET: 'a b'"),
        (b"a\tb\na\t \n", 1, "line 2 of standard input is not SOURCE"),
        (b"a\tb\nb\ta\na\tx\n", 2, "line 3 of standard input: 'x' has 'x'"),
        (b"a\tx\n", 0, "line 1 of standard input: 'x' has 'x'"),
        (b"a\tb\n\xc3\ta\n", 1, "line 2 of standard input is not UTF-8"),
        (b"", 0, "standard input is empty"),
    ],
)
def test_scores_before_a_bad_pair_are_written(here, capsys, monkeypatch, data, scores, message):
    type_in(monkeypatch, data)
    assert main(["score", "runs/attentive"]) == 2
    written, complaint = capsys.readouterr()
    assert len(written.splitlines()) == scores and message in complaint


@pytest.mark.parametrize(
    "words, message",
    [
        (["generate"], "required: RUN"),
        (["generate", "runs/attentive", ""], "the source is empty"),
        (["generate", "runs/attentive", " "], "the source is empty"),
        (["generate", "runs/attentive", "a", "\t"], "text 2: the source is empty"),
        (["generate", "runs/attentive", "a a a a a"], "has 6 tokens, .*at most 5 .*--longest"),
        (
            ["generate", "runs/attentive", "a", "--longest", "0"],
            "longest must be a whole number above 0",
        ),
        (
            ["generate", "runs/attentive", "a x"],
            "'a x' has 'x', which the vocabulary of runs/attentive lacks",
        ),
        (["generate", "runs/attentive", "a\nx"], "'a x' has 'x'"),
        (
            ["generate", "runs/other", "a", "--beam", "2", "--coverage-penalty", "1"],
            "coverage_penalty needs attention",
        ),
        (["generate", "runs/other", "a", "--replace-unknown"], "has no attention"),
        (
            ["generate", "runs/attentive", "a", "--n-best", "2"],
            "--n-best is 2 but --beam is 1; set --beam 2 or more",
        ),
        (["generate", "runs/attentive", "a", "--n-best", "3", "--beam", "2"], "--beam 3"),
        (
            ["generate", "runs/attentive", "a", "--n-best", "0"],
            "--n-best must be a whole number above 0",
        ),
        (
            ["generate", "runs/attentive", "a", "--with", "runs/other"],
            "runs/other has other tokenizers than runs/attentive",
        ),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, words, message):
    mistake(words, message)


def test_a_token_that_is_no_text_alone_is_not_called_the_end():
    pieces = PieceTokenizer.from_texts(["a b c abc"] * 20, 14)
    names = token_texts(pieces, pieces.encode("cb ca"))
    assert names.count("</s>") == 1 and names[-1] == "</s>" and all(names)
