"""What a row says of the machine that made it."""

import types

import tensorflow as tf

from benchmarks.provenance import card_memory, hardware, l1_data_cache


def test_a_row_says_how_a_card_multiplies_and_only_with_a_card(monkeypatch):
    assert "tensor_float_32" not in hardware() and card_memory() == 0
    card = types.SimpleNamespace(name="/physical_device:GPU:0")
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [card])
    details = lambda device: {"device_name": "NVIDIA H100"}
    monkeypatch.setattr(tf.config.experimental, "get_device_details", details)
    monkeypatch.setattr(tf.config.experimental, "get_memory_info", lambda name: {"peak": 2**31})
    found = hardware()
    assert found["gpus"] == ["NVIDIA H100"] and isinstance(found["tensor_float_32"], bool)
    assert card_memory() == 2


def test_the_first_cache_of_data(tmp_path):
    caches = [("Instruction", "1", "32K"), ("Data", "1", "48K"), ("Unified", "2", "1024K")]
    for number, (kind, level, size) in enumerate(caches):
        folder = tmp_path / f"index{number}"
        folder.mkdir()
        for name, text in (("type", kind), ("level", level), ("size", size)):
            (folder / name).write_text(f"{text}\n")
    assert l1_data_cache(tmp_path) == "48K"
    (tmp_path / "index1" / "size").unlink()
    assert l1_data_cache(tmp_path) is None
    assert l1_data_cache(tmp_path / "nowhere") is None
