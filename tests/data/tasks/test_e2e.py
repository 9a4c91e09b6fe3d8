"""Meaning representations to sentences, on small files of the form of the real ones."""

import io
import tarfile

import pytest

from tests.data.tasks.texts import TEXTS
from zoo.data.task import Example, create_task
from zoo.data.tasks.e2e import untokenised
from zoo.errors import ZooError


def archive(**texts):
    """The bytes of an archive with e2e_aligned/NAME.txt for each keyword."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        for name, text in texts.items():
            info = tarfile.TarInfo(f"e2e_aligned/{name}.txt")
            info.size = len(text.encode())
            tar.addfile(info, io.BytesIO(text.encode()))
    return held.getvalue()


FIELDS = (
    "__start_name__ The Mill __end_name__ __start_priceRange__ £ 20 - 25 __end_priceRange__ "
    "__start_customerrating__ 5 out of 5 __end_customerrating__"
)


MEANING = "name[The Mill], priceRange[£20-25], customer rating[5 out of 5]"


def serve_e2e(files, tokens, fields=FIELDS):
    names = [f"__start_name__ {text} __end_name__" for text in TEXTS]
    files["e2e_aligned.tar.gz"] = archive(
        src_train="".join(f"{text}\n" for text in [fields, FIELDS, *names]),
        train="".join(f"{text} <eos>|||0,2,0 1,2,8\n" for text in [tokens, "Cheap .", *TEXTS]),
    )
    files["devset.csv"] = [
        "mr,ref",
        f'"{MEANING}","The Mill  is cheap."',
        f'"{MEANING}","Cheap, ""good""."',
    ]
    files["testset_w_refs.csv"] = ['"mr","ref"', '"name[Aromi]","Aromi."']


def test_e2e(files):
    serve_e2e(files, "The Mill is n't family - friendly ( £ 20 - £ 25 ) , say ' locals ' .")
    task = create_task("e2e", pieces=80)
    assert task.splits["train"][0] == Example(
        MEANING, ("The Mill isn't family-friendly (£20 - £25), say 'locals'.", "Cheap.")
    )
    assert task.splits["validation"] == [Example(MEANING, ("The Mill is cheap.", 'Cheap, "good".'))]
    assert (
        task.splits["test"] == [Example("name[Aromi]", ("Aromi.",))]
        and task.metrics[0] == "lowercase_bleu"
    )


@pytest.mark.parametrize(
    "sentence, whole",
    [
        ('The " Mill " costs £ 20- £ 25 .', 'The "Mill" costs £20-£25.'),
        ("It isn 't bad !", "It isn't bad!"),
        ("The parents ' choice : Mill 's food", "The parents' choice: Mill's food"),
        ("Mill and / or Aromi", "Mill and/or Aromi"),
    ],
)
def test_sentences_of_e2e_are_put_together(sentence, whole):
    assert untokenised(sentence) == whole


def test_e2e_refuses(files):
    serve_e2e(files, "The Mill .", fields="The Mill")
    with pytest.raises(ZooError, match="line 1 of train: not a representation and a sentence"):
        create_task("e2e")
    serve_e2e(files, "The Mill .")
    files["devset.csv"].append('"name[Aromi]"')
    with pytest.raises(ZooError, match="row 3 below the header: not a representation"):
        create_task("e2e", pieces=80)
    files["e2e_aligned.tar.gz"] = archive(train="one <eos>|||\n", src_train="")
    with pytest.raises(ZooError, match="0 representations and 1 sentences"):
        create_task("e2e")
    files["e2e_aligned.tar.gz"] = files["e2e_aligned.tar.gz"][:50]
    with pytest.raises(ZooError, match="not an archive of UTF-8 texts"):
        create_task("e2e")
