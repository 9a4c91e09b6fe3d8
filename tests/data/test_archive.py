"""Archives whose contents are checked, whatever their own bytes are."""

import gzip

import pytest

from tests.data.tars import tarred
from zoo.data.archive import archive_files, contents_digest
from zoo.errors import ZooError

FILES = {"b/two.txt": b"2", "one.txt": b"1"}


def test_an_archive_packed_anew_holds_the_same(tmp_path):
    wanted = contents_digest(FILES)
    for order in (FILES, dict(reversed(FILES.items()))):
        path = tarred(tmp_path / "a.tar.gz", order)
        path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), compresslevel=1))
        assert archive_files(path, "https://x", wanted) == FILES


def test_the_digest_is_that_of_sha256sum():
    import hashlib

    lines = [
        "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35  b/two.txt\n",
        "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  one.txt\n",
    ]
    assert contents_digest(FILES) == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_another_archive_and_a_broken_or_missing_one_are_refused(tmp_path):
    path = tarred(tmp_path / "a.tar.gz", FILES | {"one.txt": b"3"})
    with pytest.raises(ZooError, match="does not hold the files expected from https://x"):
        archive_files(path, "https://x", contents_digest(FILES))
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(ZooError, match="a.tar.gz is broken"):
        archive_files(path, "https://x", contents_digest(FILES))
    with pytest.raises(ZooError, match="missing.tar.gz is broken"):
        archive_files(tmp_path / "missing.tar.gz", "https://x", "")
