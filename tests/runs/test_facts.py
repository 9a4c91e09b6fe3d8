"""What a run says of its training when it leaves its folder."""

import types

from zoo.runs.evaluations import Evaluation
from zoo.runs.facts import training_facts


def evaluation(split, limit=0, others=()):
    scores = {"bleu": {"value": 1.0, "signature": "s"}}
    return Evaluation(split, "Greedy()", scores, [], limit, None, tuple(others))


def run(folder, options, evaluations=()):
    return types.SimpleNamespace(
        folder=folder,
        task_name="files",
        task_options=options,
        recipe=types.SimpleNamespace(to_dict=lambda: {"epochs": 3}),
        evaluations=list(evaluations),
    )


def test_the_scores_of_the_run_alone_on_whole_splits(tmp_path):
    (tmp_path / "predictions.tsv").write_text("source\toutput\treference\na b\tb a\tb a\n")
    found = [evaluation("test"), evaluation("test", 9), evaluation("test", 0, ["other"])]
    facts = training_facts(run(tmp_path, {"symbols": 5}, found))
    assert facts == {
        "task": {"name": "files", "options": {"symbols": 5}},
        "recipe": {"epochs": 3},
        "scores": [
            {
                "split": "test",
                "strategy": "Greedy()",
                "scores": {"bleu": {"value": 1.0, "signature": "s"}},
            }
        ],
        "example": "a b",
    }


def test_a_users_folders_and_texts_stay_at_home(tmp_path):
    (tmp_path / "predictions.tsv").write_text("source\toutput\treference\nsecret\tx\tx\n")
    facts = training_facts(run(tmp_path, {"data": ["/home/me/pairs.tsv"]}))
    assert facts["task"]["options"] == {"data": ["pairs.tsv"]}
    assert "secret" not in str(facts) and "/home" not in str(facts)
    facts = training_facts(run(tmp_path, {"path": "/home/me/letters.txt", "draws": 1}))
    assert facts["task"]["options"] == {"path": "letters.txt", "draws": 1}
    assert "secret" not in str(facts)


def test_public_data_keep_their_names(tmp_path):
    (tmp_path / "predictions.tsv").write_text("source\toutput\treference\na b\tx\tx\n")
    facts = training_facts(run(tmp_path, {"data": ["hf:owner/set:config"]}))
    assert facts["task"]["options"] == {"data": ["hf:owner/set:config"]}
    for path in ("", "multi30k:en+de"):
        facts = training_facts(run(tmp_path, {"path": path}))
        assert facts["task"]["options"] == {"path": path} and facts["example"] == "a b"
