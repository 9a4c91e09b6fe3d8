"""`zoo list`, `zoo tasks` and `zoo show`."""

import re

import pytest

import zoo
from zoo import registry
from zoo.registry.trained import list_trained, trained_config, trained_folder

GREEDY = "test", "Greedy()"


def test_list(said):
    everything = said("list")
    for name in [*registry.list_families(), *zoo.list_tasks()]:
        assert re.search(rf"^{name} ", everything, re.M)
    assert "base 384M" in everything and "base 223M" in everything and "11b 11.3B" in everything
    lines = said("list", "lstm*nano").splitlines()
    assert [line.split()[0] for line in lines[2:-2]] == [
        "lstm_seq2seq"
    ] and "lstm_seq2seq_nano" in lines[-1]
    assert "Sequence of symbols to its reverse" in said("list", "reverse")


def test_tasks(said):
    rows = said("tasks").split("\n\n")[0].splitlines()[2:]
    assert [row.split()[0] for row in rows] == zoo.list_tasks()
    for row in rows:
        card = registry.tasks.entry(row.split()[0]).card
        for key in ("title", "source", "licence"):
            assert card[key] in row
        assert row.endswith(", ".join(card["metrics"]))
    some = said("tasks", "g2*").split("\n\n")
    assert [row.split()[0] for row in some[0].splitlines()[2:]] == ["g2p"]
    assert "zoo show g2p lists its options." in some[1]


def test_list_of_trained_models(said):
    rows = said("list", "--trained").split("\n\n")[0].splitlines()[2:]
    assert [row.split()[0] for row in rows] == list_trained()
    for row in rows:
        name = row.split()[0]
        scores = trained_config(name)["training"]["scores"]
        [greedy] = [x["scores"] for x in scores if (x["split"], x["strategy"]) == GREEDY]
        value = greedy["wrong_words"]["value"]
        size = sum(path.stat().st_size for path in trained_folder(name).iterdir())
        figures = rf"g2p +{value:.1f} wrong_words +{size / 1e6:.2f} MB +BSD-2-Clause"
        assert re.search(figures, row)
    some = said("list", "--trained", "t5*").split("\n\n")
    names = [row.split()[0] for row in some[0].splitlines()[2:]]
    assert names == [name for name in list_trained() if name.startswith("t5")] != []
    assert some[1] == f"try: zoo generate {names[0]} TEXT\n"


def test_show(said):
    text = said("show", "lstm_seq2seq_base")
    for part in (
        "Sutskever et al. 2014",
        "https://arxiv.org/abs/1409.3215",
        "384,112,000 at 160,000 + 80,000",
        "units",
        "total",
    ):
        assert part in text
    text = said("show", "g2p")
    assert "BSD-2-Clause" in text and "train_limit" in text


def test_show_counts_and_draws(said, tmp_path):
    text = said(
        "show",
        "lstm_seq2seq_nano",
        "--batch",
        2,
        "--source-length",
        5,
        "--svg",
        tmp_path / "lstm.svg",
    )
    assert (
        re.search(r"FLOPs per source token +8,192 ", text)
        and "batch 2, 5 source and 32 target tokens" in text
    )
    for row in ("weights", "training state", "decoding state", "activations"):
        assert re.search(rf"^{row} +[\d,.]+ [KM]iB", text, re.M)
    assert "encoder_0 … encoder_1" in (tmp_path / "lstm.svg").read_text(encoding="utf-8")


def test_show_tells_published_figures(said):
    assert "TGen" in said("show", "e2e") and "65.93" in said("show", "e2e")
    assert "published" not in said("show", "reverse")


@pytest.mark.parametrize(
    "words, message",
    [
        (["list", "zzz"], "no model or task matches 'zzz'"),
        (["tasks", "zzz"], "no task matches 'zzz'; `zoo tasks` shows all"),
        (["list", "--trained", "zzz"], "no trained model matches 'zzz'; `zoo list --trained` show"),
        (["list", "--trainde"], r"there is no option --trainde \(nearest: --trained"),
        (
            ["show", "transfomer_nano"],
            "unknown model or task 'transfomer_nano'; nearest: transformer_nano",
        ),
        (["show", "g2pp"], "nearest: g2p"),
        (
            ["show", "transformer_nano", "--batch", "0"],
            "--batch must be a whole number above 0, got 0",
        ),
        (["show", "transformer_nano", "--svg", "x.png"], "must end in .svg, got 'x.png'"),
        (["show", "g2p", "--svg", "x.svg"], "g2p is a task; --svg is for models"),
        (["show", "g2p", "--batch", "3"], "g2p is a task; --batch is for models"),
        (
            ["show", "t5_mini-g2p", "--svg", "x.svg"],
            "t5_mini-g2p is a trained model; --svg is for models",
        ),
        (["show", "t5_nano", "--source-length", "1000000000000"], "--source-length must be"),
        (["show", "t5_nano", "--source-length", "1000000000"], "too large to be counted"),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, words, message):
    mistake(words, message)
