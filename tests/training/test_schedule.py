"""The learning rate, step by step."""

import keras
import pytest

from zoo.runs.recipe import DECAYS
from zoo.training.schedule import WarmupDecay


def rates(decay, warmup=4, total=10, peak=2.0):
    schedule = WarmupDecay(peak, warmup, total, decay)
    return [float(schedule(step)) for step in range(total + 2)]


@pytest.mark.parametrize("decay", DECAYS)
def test_warm_up_is_linear_to_the_peak(decay):
    assert rates(decay)[:4] == pytest.approx([0.5, 1.0, 1.5, 2.0])
    assert rates(decay, warmup=0)[0] == rates(decay, warmup=1)[0] == 2.0
    assert max(rates(decay)) == 2.0


def test_decays():
    assert rates("constant")[4:] == [2.0] * 8
    assert rates("linear")[4:] == pytest.approx([2 * k / 7 for k in (6, 5, 4, 3, 2, 1, 0, 0)])
    # Half a cosine over the 7 steps from the peak (step 3) to zero (step 10).
    cosine = [1.9009689, 1.6234898, 1.2225209, 0.7774791, 0.3765102, 0.0990311, 0.0, 0.0]
    assert rates("cosine")[4:] == pytest.approx(cosine, abs=1e-6)
    assert rates("inverse_sqrt")[4:] == pytest.approx(
        [2 * (4 / step) ** 0.5 for step in range(5, 13)]
    )


def test_no_step_of_training_is_lost_to_a_rate_of_zero():
    for decay in DECAYS:
        for total in (1, 2, 3, 50):
            assert all(
                rate > 0 for rate in rates(decay, warmup=min(total, 3), total=total)[:total]
            ), (decay, total)


def test_config_round_trip():
    schedule = WarmupDecay(2.0, 4, 10, "cosine")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(schedule))
    assert [float(again(s)) for s in range(12)] == [float(schedule(s)) for s in range(12)]
