"""The machines of a training, as TF_CONFIG and Slurm tell them."""

import pytest
import tensorflow as tf

from zoo.errors import ZooError
from zoo.training.devices import cluster


@pytest.mark.parametrize(
    "told, message",
    [
        (None, "needs to know its machines: set TF_CONFIG"),
        ("{", "TF_CONFIG cannot be read: expected something like"),
        (
            '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 3}}',
            "cannot be read",
        ),
        (
            '{"cluster": {"worker": ["a:1"]}, "task": {"type": "chief", "index": 0}}',
            "cannot be read",
        ),
        ("[]", "cannot be read"),
    ],
)
def test_clusters_that_are_not_understood(monkeypatch, told, message):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    monkeypatch.delenv("SLURM_STEP_NODELIST", raising=False)
    if told is not None:
        monkeypatch.setenv("TF_CONFIG", told)
    with pytest.raises(ZooError, match=message):
        cluster()


def test_tasks_of_slurm_come_in_its_order_and_divide_the_gpus_of_a_node(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    monkeypatch.setenv("SLURM_STEP_NODELIST", "gpu[2,10]")
    monkeypatch.setenv("SLURM_STEP_TASKS_PER_NODE", "2(x2)")
    cards, visible = [], []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: cards)
    monkeypatch.setattr(tf.config, "set_visible_devices", lambda found, kind: visible.append(found))
    for cards, own in (([], None), (["a"], None), (["a", "b", "c", "d"], ["b", "d"])):
        monkeypatch.setenv("SLURM_PROCID", "3")
        resolver = cluster()
        assert resolver.cluster_spec().as_dict() == {
            "worker": ["gpu2:8888", "gpu2:8889", "gpu10:8888", "gpu10:8889"]
        }
        assert (resolver.task_type, resolver.task_id) == ("worker", 3)
        assert visible[-1:] == ([own] if own else [])
        assert resolver.num_accelerators() == {"GPU": len(own or cards)}
