"""Hourly series, on small files of the form of the real ones."""

import numpy as np
import pytest

from zoo.data.task import create_task
from zoo.errors import ZooError

HEAD = '"V1","V2"'


def row(name, values):
    return ",".join([f'"{name}"', *(f'"{value}"' for value in values)])


def serve_series(files, past=range(1, 201), future=range(201, 249)):
    files["Hourly-train.csv"] = [HEAD, row("H1", past) + ",,", row("H2", [7] * 190)]
    files["Hourly-test.csv"] = [HEAD, row("H1", future), row("H2", [7] * 48)]


def test_series_are_divided_by_their_mean_and_the_test_never_trains(files):
    serve_series(files)
    task = create_task("forecast", context=48, step=12, scaling="mean")
    [first, second] = task.splits["test"]
    scale = np.mean(range(153, 201))
    assert np.array(first.source.split(), float) == pytest.approx(np.arange(1, 201) / scale, 1e-5)
    assert np.array(first.references[0].split(), float) == pytest.approx(
        np.arange(201, 249) / scale, 1e-5
    )
    assert second.references == (" ".join(["1"] * 48),)
    validated = task.splits["validation"][0]
    assert len(validated.source.split()) == 152 and len(validated.references[0].split()) == 48
    windows = [
        np.array(f"{x.source} {x.references[0]}".split(), float)
        for x in task.splits["train"]
        if x.source.split()[0] != "1"  # the first series
    ]
    assert len(windows) == 5 and all(len(window) == 96 for window in windows)
    # The last one ends where what validates begins: 57 to 152 of 1 to 200.
    assert min(window[-1] / window[0] for window in windows) == pytest.approx(152 / 57, 1e-4)
    assert task.max_source_length == 49 and task.max_target_length == 49


def test_series_have_mean_0_and_deviation_1_over_what_is_read(files):
    serve_series(files)
    [first, second] = create_task("forecast", context=48).splits["test"]
    mean, deviation = np.mean(range(153, 201)), np.std(range(153, 201))
    level, *values = first.source.split()
    assert level == f"level={mean / deviation:.6g}"
    assert np.array(values, float) == pytest.approx(
        (np.arange(1, 201) - mean) / deviation, abs=1e-4
    )
    assert float(first.references[0].split()[0]) == pytest.approx((201 - mean) / deviation, 1e-4)
    assert second.references == (" ".join(["0"] * 48),) and second.source.startswith("level=7 0")


def test_forecast_refuses(files):
    serve_series(files, past=range(90))
    with pytest.raises(ZooError, match="series H1 of 90 values is too short for a context of 168"):
        create_task("forecast")
    serve_series(files, past=["x"])
    with pytest.raises(ZooError, match="row 1 below the header: could not convert"):
        create_task("forecast")
    serve_series(files, past=[])
    with pytest.raises(ZooError, match="row 1 below the header: not a name and numbers"):
        create_task("forecast")
    serve_series(files)
    files["Hourly-test.csv"] = [HEAD, row("H3", range(48))]
    with pytest.raises(ZooError, match="do not hold the same series"):
        create_task("forecast")
    with pytest.raises(ZooError, match="unknown scaling 'median'"):
        create_task("forecast", scaling="median")
    with pytest.raises(ZooError, match="context must be at least the 24 hours"):
        create_task("forecast", context=8)
