"""E-mails and their subject lines, on a small archive of the form of the real one."""

import pytest

from tests.data.tars import tarred
from tests.data.tasks.texts import TEXTS
from zoo.data.archive import contents_digest
from zoo.data.task import Example, create_task
from zoo.data.tasks import emails as module
from zoo.errors import ZooError

FOLDER = "enron_subject_line"


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Makes an archive of e-mails, by folder and name, in place of the download."""

    def serve(**changed):
        files = {f"{FOLDER}/train/{i}.subject": mail(x, x[:9]) for i, x in enumerate(TEXTS[:99])}
        files[f"{FOLDER}/dev/b.subject"] = mail("Call me.", "Call", "call us", "Call")
        files[f"{FOLDER}/test/c.subject"] = mail(
            f"See  you.\n{'-' * 40} Then we talk.", "Talk", "a talk"
        )
        files |= {f"{FOLDER}/{name}.subject": data for name, data in changed.items()}
        path = tarred(tmp_path / "emails.tar.gz", files | {"README.md": b"x"})
        monkeypatch.setattr(module, "CONTENTS", contents_digest(files | {"README.md": b"x"}))
        monkeypatch.setattr(module, "download", lambda name, origin: path)
        return path

    return serve


def mail(body, subject, *others):
    parts = [body, f"@subject\n{subject}", *(f"@ann{i}\n{x}" for i, x in enumerate(others))]
    return "\n\n".join(parts).encode()


def test_emails(serve):
    serve()
    task = create_task("emails", pieces=80, words=4, train_limit=20)
    sizes = {split: len(examples) for split, examples in task.splits.items()}
    assert sizes == {"train": 20, "validation": 1, "test": 1}
    assert task.splits["test"] == [Example("See you. Then we", ("Talk",))]
    everybody = create_task("emails", pieces=80, writers="all")
    assert everybody.splits["test"] == [Example("See you. Then we talk.", ("Talk", "a talk"))]
    assert everybody.splits["validation"][0].references == ("Call", "call us")


def test_the_first_sentence_in_place_of_the_subject(serve):
    serve()
    task = create_task("emails", pieces=80, target="sentence")
    assert task.splits["test"] == [Example("See you. Then we talk.", ("See you",))]
    assert max(len(x.references[0].split()) for x in task.splits["train"]) <= 20
    with pytest.raises(ZooError, match="unknown target 'subjects'; nearest: subject"):
        create_task("emails", target="subjects")


def test_emails_refuses(serve):
    serve(**{"test/d": b"A text without a subject"})
    with pytest.raises(ZooError, match="test/d.subject is not an e-mail with a line '@subject'"):
        create_task("emails", pieces=80)
    serve(**{"dev/d": b"\xff"})
    with pytest.raises(ZooError, match="dev/d.subject is not UTF-8 text"):
        create_task("emails", pieces=80)
    path = serve()
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ZooError, match="emails.tar.gz is broken"):
        create_task("emails", pieces=80)
    with pytest.raises(ZooError, match="unknown writers 'senders'; nearest: sender"):
        create_task("emails", writers="senders")
