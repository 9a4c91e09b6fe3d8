"""Downloaded tasks, on small files of the same form; results/tasks.csv describes the real ones."""

import gzip
import importlib
import io
import itertools
import tarfile
import zipfile

import pytest

from zoo.data import multi30k
from zoo.data.task import Example
from zoo.data.tasks.e2e import untokenised
from zoo.errors import ZooError
from zoo.registry import create_task

WORDS = "a boat sails over the sea and two dogs run after red balls in deep snow".split()
TEXTS = [
    " ".join(three).capitalize() + "."
    for three in itertools.islice(itertools.permutations(WORDS, 3), 400)
]
REVERSED = [text[::-1] for text in TEXTS]


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Serves files by what their names end in, instead of downloading them."""
    served = {}

    def download(name, origin, digest):
        assert origin.startswith("https://") and len(digest) == 64
        path = tmp_path / name.replace("/", "_")
        content = next(data for end, data in served.items() if name.endswith(end))
        data = (
            content
            if isinstance(content, bytes)
            else "".join(f"{line}\n" for line in content).encode()
        )
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    for module in (
        "multi30k",
        *(f"tasks.{name}" for name in ("scan", "cmudict", "django", "e2e", "tatoeba")),
    ):
        monkeypatch.setattr(importlib.import_module(f"zoo.data.{module}"), "download", download)
    return served


def serve_multi30k(files):
    for split, size in (("train", 300), ("val", 20), ("test_2016_flickr", 30)):
        for form in multi30k.FORMS.values():
            for language, texts in (("en", TEXTS), ("de", REVERSED), ("fr", TEXTS)):
                files[form.format(split, language)] = texts[:size]


def test_multi30k(files):
    serve_multi30k(files)
    task = create_task("multi30k", pieces=80)
    assert {split: len(examples) for split, examples in task.splits.items()} == dict(
        train=300, validation=20, test=30
    )
    assert task.splits["train"][7] == Example(TEXTS[7], (REVERSED[7],))
    assert task.source_tokenizer is task.target_tokenizer and task.source_tokenizer.size == 80
    assert (
        task.metrics[0] == "bleu"
        and create_task("multi30k", form="tok", pieces=80).metrics[0] == "tokenised_bleu"
    )
    back = create_task("multi30k", source="de", target="en", pieces=80, train_limit=5, test_limit=2)
    assert [len(back.splits[split]) for split in ("train", "validation", "test")] == [5, 20, 2]
    assert back.splits["train"][0] == Example(REVERSED[0], (TEXTS[0],))


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(source="it"), "unknown source 'it'"),
        (dict(target="en"), "two languages"),
        (dict(form="tokens"), "unknown form"),
        (dict(kind="word"), "unknown kind"),
        (dict(pieces=9), "cannot make 9 pieces"),
        (dict(pieces=80, train_limit=0), "train_limit"),
    ],
)
def test_multi30k_refuses(files, options, message):
    serve_multi30k(files)
    with pytest.raises(ZooError, match=message):
        create_task("multi30k", **options)


def test_multi30k_with_a_line_missing(files):
    serve_multi30k(files)
    files["raw/train.de.gz"] = REVERSED[:299]
    with pytest.raises(ZooError, match="300 lines and .* 299"):
        create_task("multi30k", pieces=80)


def test_scan(files):
    commands = [f"jump {text} twice" for text in TEXTS]
    files["tasks_train_length.txt"] = [f"IN: {command} OUT: I_JUMP I_JUMP" for command in commands]
    files["tasks_test_length.txt"] = ["IN: jump A OUT: I_JUMP I_RUN"]
    task = create_task("scan", split="length")
    assert (
        len(task.splits["train"]) + len(task.splits["validation"]) == 400
        and 5 < len(task.splits["validation"]) < 40
    )
    assert task.splits["test"] == [Example("jump A", ("I_JUMP I_RUN",))]
    assert task.target_tokenizer.symbols == ("I_JUMP",)  # of the train split alone
    files["tasks_test_length.txt"] = ["IN: jump OUT: I_JUMP", "jump I_JUMP"]
    with pytest.raises(ZooError, match="line 2: not 'IN: command OUT: actions'"):
        create_task("scan", split="length")
    with pytest.raises(ZooError, match="unknown split 'lenght'; nearest: length"):
        create_task("scan", split="lenght")


def test_cmudict(files):
    files["g014b2b.train"] = [f"WORD{i}X\tW  ER{i % 2}" for i in range(300)] + ["WORD7X\tV"]
    files["g014b2b.ref"] = ["TOMATO\tT AH\tT AE", "TO\tT UW"]
    task = create_task("cmudict")
    assert len(task.splits["train"]) + len(task.splits["validation"]) == 300
    assert Example("WORD7X", ("W ER1", "V")) in task.splits["train"] + task.splits["validation"]
    assert task.splits["test"] == [Example("TOMATO", ("T AH", "T AE")), Example("TO", ("T UW",))]
    files["g014b2b.ref"] = ["TOMATO T AH"]
    with pytest.raises(ZooError, match="line 1: not a word and its pronunciations"):
        create_task("cmudict")


def test_django(files, monkeypatch):
    splits = dict(train=slice(0, 300), validation=slice(300, 350), test=slice(350, None))
    monkeypatch.setattr("zoo.data.tasks.django.SPLITS", splits)
    files["all.anno"], files["all.code"] = [f"  {text}" for text in TEXTS], REVERSED
    task = create_task("django", pieces=80)
    assert {split: len(examples) for split, examples in task.splits.items()} == dict(
        train=300, validation=50, test=50
    )
    longest = max(task.target_tokenizer.length(code) for _, code in task.pairs("train")) - 1
    with pytest.warns(
        UserWarning, match="django leaves out [1-9][0-9]* lines of train and validation"
    ):
        short = create_task("django", pieces=80, longest=longest)
    assert (
        max(map(task.target_tokenizer.length, (code for _, code in short.pairs("train"))))
        <= longest
    )
    assert len(short.splits["test"]) == 50 and short.max_target_length == longest
    assert task.splits["test"][0] == Example(TEXTS[350], (REVERSED[350],))


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


def serve_tatoeba(files, tmp_path, text, name="fra.txt"):
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr(name, text)
    files["fra-eng.2017.zip"] = (tmp_path / "made.zip").read_bytes()


def test_tatoeba(files, tmp_path):
    pairs = [f"{text}\t{other}\n" for text, other in zip(TEXTS, REVERSED)]
    serve_tatoeba(files, tmp_path, "".join([*pairs, f"{TEXTS[0]}\tBateau\u202f!\n"]))
    task = create_task("tatoeba", pieces=80)
    examples = {example.source: example for split in task.splits.values() for example in split}
    assert len(examples) == sum(map(len, task.splits.values())) == 400
    assert examples[TEXTS[0]].references == (REVERSED[0], "Bateau\u202f!")
    assert len(list(task.pairs("train"))) >= len(task.splits["train"])
    assert create_task("tatoeba", source="fr", pieces=80).splits["test"][0].references[0] in TEXTS


@pytest.mark.parametrize(
    "text, name, message",
    [
        ("Go.\tVa !\nalone\n", "fra.txt", "line 2: not two texts"),
        ("Go.\tVa !\n", "deu.txt", "not a zip file with a UTF-8 text fra.txt"),
        ("Go.\tVa !\t1\n", "fra.txt", "line 1: not two texts"),
    ],
)
def test_tatoeba_refuses(files, tmp_path, text, name, message):
    serve_tatoeba(files, tmp_path, text, name)
    with pytest.raises(ZooError, match=message):
        create_task("tatoeba")
