"""The page of examples: what the trained models write for words that none of them has seen."""

import html
import json
import pathlib

from drawings import TASK, trained_model, trained_models
from markup import fence

import zoo
from zoo import registry

WORDS = 6  # of the test split
BEST = 3  # outputs per model, of a beam of 4
# The module of the service's page shows attention; cards are filled as the page loads.
START = """
const found = JSON.parse(document.getElementById("examples-data").textContent);
document.querySelectorAll(".example").forEach((card, i) => {
  if (found[i].weights) new Attention(card).show(found[i]);
});
"""


def examples_page(families):
    """The page.

    Args:
        families: names of the families whose trained models are shown.

    Returns:
        Markdown with HTML in it.
    """
    family = lambda name: registry.card(name.removesuffix(f"-{TASK}"))["family"]
    shown = [name for name in trained_models() if family(name) in families]
    models = {name: trained_model(name) for name in shown}
    examples = zoo.create_task(TASK).examples("test")[:WORDS]
    outputs = {}
    for name, model in models.items():
        outputs[name] = model.generate([x.source for x in examples], zoo.Beam(4))
    parts = [
        "# Examples",
        "Spelling to phonemes by every [trained model](../trained.md), for the first words of the "
        "test split, which none of them has seen. Point at or tap a token, or move to it with the "
        "keyboard, to see its attention. The numbers are the scores of a beam of 4.",
    ]
    data = []
    for number, example in enumerate(examples):
        right = " or ".join(f"`{text}`" for text in example.references)
        cards = []
        for name, model in models.items():
            best = outputs[name][number][:BEST]
            found = looked(model, example.source, best[0][0])
            data.append(found)
            cards.append(card(name, best, example.references, found))
        parts += [
            f"## {example.source}",
            f"In the dictionary: {right}.",
            fence("{raw} html", f'<div class="examples">{"".join(cards)}</div>'),
        ]
    parts.append(fence("{raw} html", scripts(data)))
    return "\n\n".join(parts) + "\n"


def looked(model, source, output):
    """The tokens of an output and its source, with the attention between them if there is one."""
    family = registry.card(model.name)
    if family["attention"] == "none":
        return {"source": list(source), "target": output.split(), "weights": None}
    names, tokens, weights = model.align(source, output)
    rounded = [[round(float(x), 3) for x in row] for row in weights]
    return {"source": names, "target": tokens, "weights": rounded}


def card(name, best, references, found):
    """What one model writes for one word, readable without a script."""

    def row(side):
        tokens = "".join(f"<span>{html.escape(token)}</span>" for token in found[side])
        return (
            f'<div class="tokens {side}" role="toolbar" aria-label="{side} tokens">{tokens}</div>'
        )

    lines = "".join(
        f"<li>{html.escape(text)} <small>{score:.2f}</small></li>" for text, score in best
    )
    verdict = "right" if best[0][0] in references else "wrong"
    plain = "" if found["weights"] else "This model has no attention."
    return (
        f'<article class="example"><h3>{name} <small class="{verdict}">{verdict}</small></h3>'
        f'{row("target")}<div class="looks">{row("source")}</div><p class="looked">{plain}</p>'
        f"<ol>{lines}</ol></article>"
    )


def scripts(data):
    """The data of all cards, and the module that shows them."""
    module = pathlib.Path(zoo.__file__).parent / "serving" / "assets" / "attention.js"
    script = module.read_text(encoding="utf-8").replace("export class", "class")
    return (
        f'<script type="application/json" id="examples-data">{json.dumps(data)}</script>'
        f'<script type="module">{script}{START}</script>'
    )
