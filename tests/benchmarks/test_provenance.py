"""What a row says of the machine that made it."""

from benchmarks.provenance import l1_data_cache


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
