"""The model card of a folder: a README.md with the hub's metadata, written from its config."""

import json
import shlex
from typing import Any

from huggingface_hub import EvalResult, ModelCardData
from tabulate import tabulate

from zoo import registry
from zoo.data.readers.hub import HUB
from zoo.runs.recipe import Recipe

LICENCES = ("BSD-2-Clause", "BSD-3-Clause", "MIT")  # that the hub knows, in small letters
USE = """```python
import zoo

model = zoo.load({loaded})
model.generate([{source}], zoo.Beam(4))
```

```console
$ zoo generate {typed} {words}
$ zoo train {typed} --data my_pairs.tsv
```
"""


def model_card(config: dict[str, Any], parameters: int, name: str) -> str:
    """The text of README.md.

    Args:
        config: what config.json says, as `zoo.pretrained.zoo_format` writes it.
        parameters: how many the model has.
        name: the folder's name, or OWNER/NAME on the hub.
    """
    training = config["training"] or {}
    card = registry.card(config["model"]["name"])
    task = task_card(training)
    source = training.get("example", "a b c")
    words = [source, "--beam", "4"]
    if source.startswith("-"):
        words = ["--beam", "4", "--", source]
    parts = [
        f"---\n{metadata(config, task, name)}\n---\n",
        f"# {name}\n",
        f"The variant `{card['family']}` ([{card['paper']['authors']} {card['paper']['year']}]"
        f"({card['paper']['url']})), registered as `{config['model']['name']}`: "
        f"{parameters:,} parameters.\n",
        f"- Encoder: {card['encoder']}\n- Decoder: {card['decoder']}\n"
        f"- Attention: {card['attention']}\n",
        "## Use\n",
        USE.format(
            loaded=json.dumps(name, ensure_ascii=False),
            typed=shlex.quote(name),
            source=json.dumps(source, ensure_ascii=False),
            words=shlex.join(words),
        ),
        "The package is the [model zoo for sequence-to-sequence learning]"
        "(https://github.com/seq2seq-zoo/seq2seq-zoo).\n",
    ]
    if task:
        parts += [
            "## Data\n",
            f"{task['title']}: the task `{training['task']['name']}`"
            f"{shown(training['task'])}. Source: {task['source']}. "
            f"Licence of the data: {task['licence']}.\n",
        ]
    if training.get("scores"):
        rows = [
            (*row, f"`{signature}`".replace("|", r"\|")) for *row, signature in scores(training)
        ]
        parts += ["## Scores\n", tabulate(rows, SCORES, "pipe", disable_numparse=True) + "\n"]
    if training.get("recipe"):
        rows = [(f"`{key}`", value) for key, value in changed(training["recipe"]).items()]
        table = tabulate(rows, ("Field", "Value"), "pipe", disable_numparse=True)
        parts += ["## Recipe\n", f"Other fields have their defaults.\n\n{table}\n"]
    parts += ["## Limits\n", limits(config, task)]
    return "\n".join(parts)


SCORES = ("Split", "Decoder", "Metric", "Score", "Signature")


def metadata(config, task, name):
    """The hub's metadata, in YAML."""
    training = config["training"] or {}
    results = [
        EvalResult(
            task_type="text2text-generation",
            dataset_type=training["task"]["name"],
            dataset_name=task["title"],
            dataset_split=split,
            metric_type=metric,
            metric_value=score,
            metric_args={"decoder": decoder},
        )
        for split, decoder, metric, score, _ in scores(training)
    ]
    known = task and task["licence"] in LICENCES
    data = ModelCardData(
        library_name="seq2seq-zoo",
        pipeline_tag="text2text-generation",
        tags=["keras", "seq2seq", registry.card(config["model"]["name"])["family"]],
        license=task["licence"].lower() if known else "other",
        model_name=name if results else None,
        eval_results=results or None,
    )
    return data.to_yaml()


def task_card(training):
    """The card of the task that a model was trained on, or None."""
    name = training.get("task", {}).get("name")
    if name not in registry.list_tasks():
        return None
    card = registry.tasks.entry(name).card
    if name != "files":
        return card
    [first, *_] = training["task"].get("options", {}).get("data") or [""]
    name = first.removeprefix(HUB)
    source = "its author's own files" if name == first else f"the hub's data set {name}"
    return card | {"title": "Pairs of texts", "source": source}


def scores(training):
    """(split, decoder, metric, score, signature) of every score."""
    return [
        (found["split"], found["strategy"], metric, round(score["value"], 2), score["signature"])
        for found in training.get("scores", ())
        for metric, score in found["scores"].items()
    ]


def changed(recipe):
    """The fields of a recipe that differ from the defaults, the optimizer and its rate."""
    defaults = Recipe.fields()
    return {
        key: value
        for key, value in recipe.items()
        if key in ("optimizer", "learning_rate") or defaults.get(key) != value
    }


def shown(task):
    """The options of a task that differ from its defaults, in words."""
    defaults = registry.tasks.overrides(task["name"])
    pairs = ", ".join(
        f"`{key}={value}`" for key, value in task["options"].items() if defaults.get(key) != value
    )
    return f" with {pairs}" if pairs else ""


def limits(config, task):
    """What a model cannot do."""
    sentences = []
    if "longest" in config:
        source, target = config["longest"]
        sentences.append(
            f"It was trained on sources of up to {source} tokens and targets of up to {target}, "
            "the end token included. Longer sources are refused unless you pass `--longest`; "
            "outputs stop at the longest target unless you pass `--max-length`."
        )
    if config["known_only"]:
        sentences.append("Texts with symbols outside its vocabulary are refused.")
    sentences.append(
        f"It was trained on {task['source']}."
        if task
        else "This folder does not say what it was trained on."
    )
    return " ".join(sentences) + "\n"
