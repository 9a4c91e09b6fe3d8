"""The model card says what a model is, what it scores and how it is used, for people and hubs."""

import shlex

import yaml

from zoo.pretrained.model_card import model_card

CONFIG = {
    "model": {"name": "transformer_mini", "arguments": {}},
    "longest": [20, 21],
    "known_only": True,
    "training": {
        "task": {"name": "g2p", "options": {"train_limit": 9}},
        "recipe": {"epochs": 8, "learning_rate": 0.003},
        "example": "it's",
        "scores": [
            {
                "split": "test",
                "strategy": "Greedy()",
                "scores": {"wrong_words": {"value": 31.25, "signature": "words:1|v:1"}},
            }
        ],
    },
}


def test_a_card_of_a_trained_model():
    text = model_card(CONFIG, 420_000, "me/model")
    _, metadata, body = text.split("---\n", 2)
    known = yaml.safe_load(metadata)
    assert known["license"] == "bsd-2-clause" and known["library_name"] == "seq2seq-zoo"
    (result,) = known["model-index"][0]["results"]
    assert result["dataset"]["type"] == "g2p" and result["metrics"][0]["value"] == 31.25
    for words in (
        "420,000 parameters",
        'zoo.load("me/model")',
        'model.generate(["it\'s"]',
        "zoo generate me/model " + shlex.quote("it's"),
        "`g2p` with `train_limit=9`",
        "BSD-2-Clause",
        "words:1",
        "| `epochs`",
        "up to 20 tokens",
        "outside its vocabulary are refused",
    ):
        assert words in body, words


def test_a_card_of_a_model_that_nobody_trained():
    text = model_card({"model": CONFIG["model"], "known_only": False, "training": None}, 1, "model")
    assert "license: other" in text and "Scores" not in text and "Data" not in text


def test_an_example_that_looks_like_an_option():
    training = CONFIG["training"] | {"example": "-x y"}
    text = model_card(CONFIG | {"training": training}, 1, "me/model")
    assert "zoo generate me/model --beam 4 -- '-x y'\n" in text


def test_a_card_of_ones_own_data():
    task = {"name": "files", "options": {"data": ["pairs.tsv"]}}
    text = model_card(CONFIG | {"training": {"task": task}}, 1, "me/model")
    assert "It was trained on its author's own files." in text and "your own" not in text.lower()
