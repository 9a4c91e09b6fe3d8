"""What arguments mean, read from docstrings."""

from zoo import registry
from zoo.registry.docstrings import described, meanings
from zoo.runs.recipe import Recipe


def test_entries_are_joined_and_lose_their_type():
    found = described(
        """Does something.

        Args:
            units, depth: int, how wide,
                and how deep.
            name: what it is called.

        Returns:
            x: not an argument.
        """
    )
    assert found == {
        "units": "how wide, and how deep.",
        "depth": "how wide, and how deep.",
        "name": "what it is called.",
    }


def test_every_field_of_a_recipe_is_explained():
    assert set(Recipe.fields()) <= set(described(Recipe.__doc__))


def test_every_option_of_every_task_is_explained():
    for name in registry.list_tasks():
        explained = meanings(registry.tasks.loaded(name).make)
        assert set(registry.tasks.overrides(name)) <= set(explained), name
