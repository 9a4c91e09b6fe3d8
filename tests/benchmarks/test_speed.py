"""The speed of this machine."""

from benchmarks import speed


def test_the_speed_is_that_of_each_process():
    assert 0.01 < speed.gflops(threads=1, processes=2) < 10_000


def test_more_products_in_the_same_time_are_more_speed(monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(speed.time, "perf_counter", lambda: next(clock) / 10)
    assert round(speed.measure(), 6) == round(2 * 256 * 256 * 1024 * 4 / 0.5 / 1e9, 6)
