"""Listen, attend and spell against its paper's equations."""

import numpy as np
import pytest

from tests.contract.conftest import make
from tests.models.equations import check_equations
from tests.models.reference.listen_attend_spell import listen_attend_spell
from zoo.frames import Frames


@pytest.mark.parametrize("overrides", [{}, {"halvings": 3, "depth": 1}], ids=str)
def test_equals_the_papers_equations(parity, overrides):
    check_equations(parity, "listen_attend_spell_nano", listen_attend_spell, overrides)


def test_an_eighth_of_the_frames_is_attended_to():
    model = make("listen_attend_spell_nano", source_features=3, halvings=3)
    mask = np.arange(20) < np.array([[20], [9]])
    memory = model.encode(Frames(np.ones((2, 20, 3), "float32"), mask))
    assert memory.states.shape == (2, 3, 16) and memory.mask.shape == (2, 20)
    attention = np.asarray(model.decode(np.array([[1, 5], [1, 6]]), memory)[1])
    for first in (0, 8):  # frames of one state have equal shares
        shares = attention[0, :, first : first + 8]
        np.testing.assert_array_equal(shares, shares[:, :1].repeat(8, 1))
    np.testing.assert_allclose(attention[1, :, 8], 1 - attention[1, :, :8].sum(-1), atol=1e-6)
