"""When a training validates, and what it finds."""

from zoo.backend import explained_memory
from zoo.evaluation.evaluate import evaluate_model


def validations_until(epoch, step, per_epoch, validations):
    """The number of validations up to this step.

    Args:
        epoch: int, finished epochs.
        step: int, steps done of the next epoch.
        per_epoch: int, steps of an epoch.
        validations: int, validations per epoch, at equal distances, the last one at its end. An
            epoch of fewer steps has one after each step.
    """
    times = min(validations, per_epoch)
    return epoch * times + step * times // per_epoch


def validate(model, task, recipe):
    """The task's metrics on the first validation examples, greedy, as {"validation_per": ...}."""
    limit = recipe.validation_limit
    advice = f"lower --validation-limit, which is {limit}, below the 256 that are decoded at once"
    with explained_memory(f"out of memory while validating; {advice}"):
        report = evaluate_model(model, task, "validation", limit=limit, jit=recipe.compiled)
    return {f"validation_{key}": score["value"] for key, score in report.scores.items()}
