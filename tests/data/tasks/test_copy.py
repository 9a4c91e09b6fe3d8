"""The copy task."""

from zoo.data.task import create_task

SMALL = dict(train=300, validation=40, test=60)


def test_targets():
    for example in create_task("copy", **SMALL).splits["train"]:
        words = example.source.split()
        assert example.references == (" ".join(words),)
