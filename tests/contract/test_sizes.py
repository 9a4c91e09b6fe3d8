"""Every registered size, however large, builds and counts as its card and its paper say."""

import pytest

import zoo
from tests.contract.conftest import RUNNABLE, SMALLEST, assert_close, ids, make, unrolled
from zoo import registry
from zoo.catalog import count_parameters
from zoo.inspection.abstract import trainable
from zoo.inspection.deep import count_by_depth

PUBLISHED = [  # name, parameters, relative tolerance, source
    ("lstm_seq2seq_base", 384e6, 1e-3, "Sutskever et al. 2014, section 3.4: 384M"),
    ("transformer_base", 65e6, 0.03, "Vaswani et al. 2017, table 3: 65M, of about 37,000 tokens"),
    ("transformer_big", 213e6, 0.03, "Vaswani et al. 2017, table 3: 213M"),
    ("t5_small", 60_506_624, 0, "the weights in the checkpoint google-t5/t5-small"),
    ("t5_base", 222_903_552, 0, "google-t5/t5-base"),
    ("t5_large", 737_668_096, 0, "google-t5/t5-large"),
    ("t5_3b", 2_851_598_336, 0, "google-t5/t5-3b"),
    ("t5_11b", 11_307_321_344, 0, "google-t5/t5-11b"),
    ("t5_v1_1_small", 76_961_152, 0, "google/t5-v1_1-small"),
    ("t5_v1_1_base", 247_577_856, 0, "google/t5-v1_1-base"),
    ("t5_v1_1_large", 783_150_080, 0, "google/t5-v1_1-large"),
    ("t5_v1_1_xl", 2_849_757_184, 0, "google/t5-v1_1-xl"),
    ("t5_v1_1_xxl", 11_135_332_352, 0, "google/t5-v1_1-xxl"),
    ("whisper_tiny", 37_184_640 + 384, 0, "openai/whisper-tiny, and a row for the padding"),
    ("whisper_large", 1_541_384_960 + 1280, 0, "openai/whisper-large-v2, and a row for it"),
    ("bart_base", 139_420_416, 0, "facebook/bart-base"),
    ("bart_large", 406_291_456, 0, "facebook/bart-large"),
]


LARGER = [name for name in RUNNABLE if name not in SMALLEST]


@pytest.mark.parametrize("name", [name for name in zoo.list_models() if name not in LARGER])
def test_size_builds_and_counts(name):
    assert count_by_depth(name, trainable) == count_parameters(name)


@pytest.mark.parametrize("family", registry.list_families())
def test_family_has_a_size_that_the_contract_runs(family):
    assert any(zoo.card(name)["family"] == family for name in RUNNABLE)


@pytest.mark.parametrize("name", LARGER)
def test_larger_sizes_count_and_step_as_they_decode(name):
    model, (source, target) = make(name, vocabulary=zoo.card(name)["vocabulary"]), ids(target=3)
    assert trainable(model) == count_parameters(name)
    assert_close(unrolled(model, source, target)[0], model((source, target)))


@pytest.mark.parametrize(
    ("name", "published", "tolerance", "source"), PUBLISHED, ids=[row[0] for row in PUBLISHED]
)
def test_parameters_equal_the_published_number(name, published, tolerance, source):
    assert count_parameters(name) == pytest.approx(published, rel=tolerance, abs=0)
