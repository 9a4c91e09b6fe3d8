"""How many batch shapes a training gets."""

from tests.small_training import recipe
from zoo.training.batches import MOST_SHAPES, make_batches


def test_long_trainings_get_more_shapes_than_short_ones(task):
    shapes = [
        len(make_batches(task, recipe(buckets=0, **length)).buckets)
        for length in (
            {"epochs": 1},
            {"epochs": 3000},
            {"epochs": 10**6},
            {"steps": 1},
            {"steps": 10**7},
        )
    ]
    assert shapes[0] == shapes[3] == 1 < shapes[1] <= shapes[2] == shapes[4] <= MOST_SHAPES


def test_a_number_that_is_asked_for_is_taken(task):
    assert [len(make_batches(task, recipe(buckets=count)).buckets) for count in (1, 2, 3)] == [
        1,
        2,
        3,
    ]
