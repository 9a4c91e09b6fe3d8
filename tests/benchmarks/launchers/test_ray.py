"""Cells as Ray tasks, on a stand-in for Ray; benchmarks/probes/lost_node.py has a real cluster."""

import sys
from types import SimpleNamespace

import pytest

import benchmarks.launchers.ray as module
from benchmarks.launchers import make_launcher
from benchmarks.launchers.ray import Ray
from tests.benchmarks.launchers.conftest import command
from zoo.errors import ZooError


class RayError(Exception):
    """Of Ray itself: the worker is lost."""


class RayTaskError(RayError):
    """Of the task's own code."""

    cause = ValueError("the node has another checkout")


class StandIn:
    """The functions of Ray that the launcher calls; a task runs when its result is asked for."""

    exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)

    def __init__(self):
        self.options, self.errors, self.left = None, {}, False

    def init(self, address, **options):
        if address == "nowhere:1":
            raise ConnectionError("Could not find any running Ray instance")

    def cluster_resources(self):
        return {"CPU": 2.0}

    def remote(self, **options):
        self.options = options
        return lambda function: SimpleNamespace(remote=lambda *given: (function, *given, object()))

    def wait(self, tasks, num_returns, timeout):
        return tasks, []

    def get(self, task):
        function, argument, name, _ = task
        if self.errors.get(name):
            raise self.errors[name].pop()
        return function(argument, name)

    def shutdown(self):
        self.left = True


@pytest.fixture
def ray(given, monkeypatch):
    ray = StandIn()
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setattr(module, "cell_command", command)
    monkeypatch.setattr(Ray, "pause", 0)
    return ray


def test_rows_and_logs_come_back_from_the_nodes(given, ray):
    runner = given.runner()
    runner.run(Ray(given.suite, given.work))
    assert given.rows() == sorted(given.cells) and not runner.failed and ray.left
    assert ray.options == {"num_cpus": 1, "num_gpus": 0, "max_retries": 0}
    for name in given.cells:
        assert (given.work / "logs" / f"{name}.log").read_text() == "a line of the log\n"


def test_a_lost_worker_costs_its_cell_only_which_runs_again(given, ray):
    ray.errors[given.cells[0]] = [RayError("the node is gone")]
    runner = given.runner()
    runner.run(Ray(given.suite, given.work))
    assert given.rows() == sorted(given.cells) and not runner.failed
    assert runner.tries == {given.cells[0]: 2, given.cells[1]: 1}


def test_what_fails_is_named_and_not_tried_again(given, ray):
    given.say(0, "fail")
    ray.errors[given.cells[1]] = [RayTaskError()]
    runner = given.runner()
    runner.run(Ray(given.suite, given.work))
    assert runner.failed == {
        given.cells[0]: "error: it fails [/at] a bracket",
        given.cells[1]: "the node has another checkout",
    }
    log = (given.work / "logs" / f"{given.cells[0]}.log").read_text()
    assert log == "a line of the log\nerror: it fails [/at] a bracket\n"


def test_refusals_are_clear(given, ray, monkeypatch):
    monkeypatch.setenv("RAY_ADDRESS", "nowhere:1")
    with pytest.raises(ZooError, match="no Ray cluster answers .*: ray start --head"):
        make_launcher("ray", given.suite, given.work)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ZooError, match="needs Ray: pip install"):
        make_launcher("ray", given.suite, given.work)
