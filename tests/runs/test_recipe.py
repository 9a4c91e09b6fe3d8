"""Every field of a recipe is checked, and the message names it."""

import json

import pytest

from zoo.backend import precision_here
from zoo.errors import UnknownName, ZooError
from zoo.runs.recipe import Recipe

NO_NUMBER = ["3", None, [1], True]
BAD = {
    "epochs": [-1, 1.5, *NO_NUMBER],
    "tokens": [0, -5, 2.0, *NO_NUMBER],
    "buckets": [-1, 1.5, *NO_NUMBER],
    "optimizer": ["adma", "", None, 1],
    "learning_rate": [0, -1e-3, float("nan"), float("inf"), *NO_NUMBER],
    "warmup": [-0.1, 1, 1.5, float("nan"), *NO_NUMBER],
    "decay": ["liner", "", None, 3],
    "label_smoothing": [-0.1, 1.0, float("nan"), *NO_NUMBER],
    "clip_norm": [0, -1, float("nan"), float("inf"), *NO_NUMBER],
    "beta_2": [-0.5, 1, float("nan"), *NO_NUMBER],
    "patience": [-1, 1.5, 2**31, *NO_NUMBER],
    "steps": [-1, 1.5, 2**31, *NO_NUMBER],
    "minutes": [-1, float("nan"), float("inf"), *NO_NUMBER],
    "accumulate": [0, 1.5, *NO_NUMBER],
    "momentum": [-0.1, 1, *NO_NUMBER],
    "weight_decay": [-1, float("inf"), *NO_NUMBER],
    "moving_average": [-0.1, 1, *NO_NUMBER],
    "average": [0, 1.5, *NO_NUMBER],
    "r_drop": [-1, float("nan"), *NO_NUMBER],
    "scheduled_sampling": [-0.1, 1, *NO_NUMBER],
    "validations": [0, 1.5, *NO_NUMBER],
    "validation_limit": [-1, 1.5, 2**31, *NO_NUMBER],
    "precision": ["float16", "bfloat16", None, 16],
    "compiled": [0, 1, "true", None],
    "deterministic": [0, 1, "true", None],
    "seed": [-1, 1.5, 2**31, *NO_NUMBER],
}
GOOD = {
    "epochs": 0,
    "tokens": 1,
    "buckets": 0,
    "optimizer": "adafactor",
    "learning_rate": 1,
    "warmup": 0,
    "decay": "constant",
    "steps": 2**31 - 1,
    "minutes": 0.5,
    "accumulate": 1,
    "momentum": 0,
    "weight_decay": 0,
    "moving_average": 0,
    "average": 1,
    "r_drop": 0,
    "scheduled_sampling": 0,
    "label_smoothing": 0,
    "clip_norm": 5,
    "beta_2": 0.5,
    "patience": 2**31 - 1,
    "validations": 7,
    "validation_limit": 0,
    "precision": "mixed_bfloat16",
    "compiled": False,
    "deterministic": True,
    "seed": 2**31 - 1,
}


def test_all_fields_are_tested_here():
    assert set(BAD) == set(GOOD) == set(Recipe.fields())


@pytest.mark.parametrize(
    "field, value", [(field, value) for field, values in BAD.items() for value in values]
)
def test_a_bad_value_is_refused_by_name(field, value):
    with pytest.raises(ZooError, match=field):
        Recipe(**{field: value})


def test_bounds_are_allowed_and_survive_json():
    recipe = Recipe(**GOOD)
    assert recipe.to_dict() == GOOD
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


def test_a_choice_gets_the_nearest_and_a_field_too():
    with pytest.raises(UnknownName, match="unknown decay 'liner'; nearest: linear"):
        Recipe(decay="liner")
    with pytest.raises(
        UnknownName, match="unknown recipe field 'learning_rat'; nearest: learning_rate"
    ):
        Recipe.from_dict({"learning_rat": 1})


@pytest.mark.parametrize("tokens, epochs", [(460_000, 17), (100, 50), (10**9, 5)])
def test_epochs_follow_the_data_where_they_are_left_open(tokens, epochs):
    assert Recipe().with_defaults(tokens).epochs == epochs
    settled = Recipe(steps=7, precision="float32")
    assert (
        Recipe(epochs=3).with_defaults(tokens).epochs == 3
        and settled.with_defaults(tokens) == settled
    )


@pytest.mark.parametrize(
    "capabilities, precision, half",
    [
        ([], "float32", "float32"),
        ([(8, 0)], "mixed_bfloat16", "mixed_float16"),
        ([(9, 0), (7, 5)], "float32", "mixed_float16"),
        ([None], "float32", "float32"),
    ],
)
def test_precision_follows_the_gpus_where_it_is_left_open(
    monkeypatch, capabilities, precision, half
):
    import tensorflow as tf

    monkeypatch.setattr(
        tf.config, "list_physical_devices", lambda kind: list(range(len(capabilities)))
    )
    monkeypatch.setattr(
        tf.config.experimental,
        "get_device_details",
        lambda gpu: {"compute_capability": capabilities[gpu]} if capabilities[gpu] else {},
    )
    assert Recipe().with_defaults(1).precision == precision
    assert Recipe(precision="mixed_float16").with_defaults(1).precision == "mixed_float16"
    # A trained model is used in a precision that is fast here.
    assert precision_here(Recipe(precision="mixed_bfloat16")) == precision
    assert precision_here(Recipe(precision="mixed_float16")) == half
    assert precision_here(Recipe(precision="float32")) == "float32"


def test_a_task_s_recipe_goes_before_the_model_s_and_the_user_s_before_both():
    own = Recipe.of_model("transformer_mini")
    assert Recipe.of_model("transformer_mini", "reverse") == own
    assert Recipe.of_model("transformer_mini", "a task of one's own") == own
    assert Recipe.of_model("transformer_mini", "stories").tokens == 256 != own.tokens
    assert Recipe.of_model("transformer_mini", "stories", tokens=64).tokens == 64
