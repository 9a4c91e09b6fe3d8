"""`zoo baseline`: scores without a network."""

from zoo.cli.main import main

SMALL = [
    word
    for option in ("symbols=3", "max_length=4", "train=40", "validation=5", "test=10")
    for word in ("--task-option", option)
]


def test_a_task_s_baseline_is_scored(capsys):
    assert main(["baseline", "reverse", *SMALL]) == 0
    shown = capsys.readouterr().out
    assert "test: 10 examples, copy" in shown and "token_error_rate|refs:1" in shown
    assert "perplexity" not in shown


def test_another_baseline_split_and_limit(capsys):
    words = ["baseline", "reverse", *SMALL, "--name", "nearest", "--split", "validation"]
    assert main([*words, "--limit", "3"]) == 0
    assert "validation: 3 examples, nearest" in capsys.readouterr().out


def test_mistakes_are_one_line(capsys):
    for words, said in (
        (["baseline", "revers"], "unknown task 'revers'; nearest: reverse"),
        (["baseline", "reverse", "--name", "x"], "unknown baseline 'x'"),
        (["baseline", "reverse", "--limit", "-1"], "--limit must not be negative, got -1"),
        (["baseline", "reverse", *SMALL, "--split", "tset"], "unknown split 'tset'"),
    ):
        assert main(words) == 2
        captured = capsys.readouterr()
        assert said in captured.err and captured.err.count("\n") == 1 and not captured.out
