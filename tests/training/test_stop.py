"""Signals while training runs."""

import signal
import threading

import pytest

from zoo.training.stop import Stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_remembered_and_the_second_one_stops(number):
    before = signal.getsignal(number)
    with Stop() as stop:
        assert not stop.asked
        signal.raise_signal(number)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_outside_the_main_thread_signals_are_left_alone():
    before, asked = signal.getsignal(signal.SIGINT), []

    def run():
        with Stop() as stop:
            asked.append((stop.asked, signal.getsignal(signal.SIGINT)))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert asked == [(False, before)]
