"""What a run's training was, for the folder and the model card that leave it."""

import pathlib
from typing import TYPE_CHECKING, Any

from zoo.data.documents import MULTI30K
from zoo.data.readers.hub import last_name
from zoo.runs.evaluations import PREDICTIONS, read_predictions

if TYPE_CHECKING:
    from zoo.runs.run import Run


def training_facts(run: "Run") -> dict[str, Any]:
    """What a saved folder says of a run's training, as JSON types.

    Returns:
        "task" with "name" and "options"; "recipe"; "scores", the evaluations of the run alone on
        whole splits; and "example", a source of the test split. Of a user's own data or text,
        files are named without their folders, and there is no example.

    Raises:
        ZooError: the run's scores or predictions are broken.
    """
    options, facts = dict(run.task_options), dict[str, Any]()
    text = options.get("path") or MULTI30K
    if "data" in options:
        options["data"] = list(map(last_name, options["data"]))
    elif not text.startswith(MULTI30K):
        options["path"] = pathlib.Path(text).name
    elif rows := read_predictions(run.folder / PREDICTIONS):
        facts["example"] = rows[0][0]
    return facts | {
        "task": {"name": run.task_name, "options": options},
        "recipe": run.recipe.to_dict(),
        "scores": [
            {"split": found.split, "strategy": found.strategy, "scores": found.scores}
            for found in run.evaluations
            if found.whole
        ],
    }
