"""The files of Multi30k."""

import pytest

from zoo.data import multi30k
from zoo.errors import UnknownName


def test_each_file_has_its_address_and_digest(monkeypatch):
    asked = []
    monkeypatch.setattr(multi30k, "download", lambda *arguments: asked.append(arguments))
    for form in multi30k.FORMS:
        for language in multi30k.LANGUAGES:
            for split in multi30k.SPLITS:
                multi30k.multi30k_file(split, language, form)
    assert asked[0][0] == "multi30k/raw/train.en.gz" and len({name for name, *_ in asked}) == 18
    assert all(origin.startswith(multi30k.ORIGIN) for _, origin, _ in asked)
    assert len({digest for *_, digest in asked}) == 18
    assert all(len(digest) == 64 for *_, digest in asked)


@pytest.mark.parametrize("names", [("tset", "en"), ("test", "es"), ("test", "en", "bpe")])
def test_other_names(names):
    with pytest.raises(UnknownName, match="unknown (split|language|form)"):
        multi30k.multi30k_file(*names)
