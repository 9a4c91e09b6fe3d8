"""Lines of printed books, on a small archive of the form of the real one."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.data.tars import tarred
from zoo.data.archive import contents_digest
from zoo.data.tasks import printed_lines as module
from zoo.errors import ZooError


def picture(width):
    held = io.BytesIO()
    Image.fromarray(np.full((20, width), 255, "uint8")).save(held, "PNG")
    return held.getvalue()


@pytest.fixture
def files(tmp_path, monkeypatch):
    files = {}
    for book in ("1476", "1500"):
        for line in range(6):
            kind = "nrm" if book == "1476" else "bin"
            files[f"Books/{book}/GT/{line:04d}.{kind}.png"] = picture(40 + line)
            files[f"Books/{book}/GT/{line:04d}.gt.txt"] = f"ſo  {book[-1]}{line}\n".encode()
    monkeypatch.setattr(module, "download", lambda name, origin: tmp_path / "a.tar.gz")
    monkeypatch.setattr(
        module,
        "LINES",
        {"train": slice(0, 3), "validation": slice(3, 4), "test": slice(4, 6)},
    )
    monkeypatch.setenv("ZOO_CACHE", str(tmp_path / "cache"))
    return files


def serve(files, folder, monkeypatch):
    monkeypatch.setattr(module, "CONTENTS", contents_digest(files))
    return tarred(folder / "a.tar.gz", files)


def test_each_book_is_split_by_its_pages(files, tmp_path, monkeypatch):
    serve(files, tmp_path, monkeypatch)
    task = module.printed_lines(height=10, stack=2)
    texts = {split: [x.references[0] for x in task.splits[split]] for split in task.splits}
    assert texts["train"] == [f"ſo {book}{line}" for book in "60" for line in range(3)]
    assert texts["test"] == [f"ſo {book}{line}" for book in "60" for line in (4, 5)]
    assert {x.group for x in task.splits["test"]} == {"1476", "1500"}
    frames, targets = task.encode("test")
    assert frames[1].shape == (11, 20)  # 45 x 20 pixels, at half the size, two columns a frame
    assert task.target_tokenizer.decode(targets[0]) == "ſo 6<unk>"  # no "4" trains
    assert task.max_source_length == 11


def test_printed_lines_refuses(files, tmp_path, monkeypatch):
    lost = {name: data for name, data in files.items() if name != "Books/1500/GT/0002.gt.txt"}
    serve(lost, tmp_path, monkeypatch)
    with pytest.raises(ZooError, match="Books/1500/GT/0002.bin.png has no text beside it"):
        module.printed_lines()
    path = serve(files, tmp_path, monkeypatch)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ZooError, match="a.tar.gz is broken"):
        module.printed_lines()
