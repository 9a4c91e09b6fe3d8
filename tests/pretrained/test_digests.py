"""Files of a folder are the ones that its config names."""

import pytest

from zoo.errors import ZooError
from zoo.pretrained.digests import check_digests, digests


def test_what_was_written_is_what_is_there(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    known = digests(tmp_path)
    assert list(known) == ["model.safetensors"]
    check_digests(tmp_path, known)
    (tmp_path / "README.md").write_text("anyone may change the card")
    check_digests(tmp_path, known)
    (tmp_path / "model.safetensors").write_bytes(b"other")
    with pytest.raises(ZooError, match="SHA-256 is not the one in config.json; fetch it again"):
        check_digests(tmp_path, known)
