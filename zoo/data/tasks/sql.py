"""Questions of students to SQL: the Advising corpus (Finegan-Dollak et al. 2018).

The split "question" may test with queries that were trained, asked in other words. The split
"query" keeps all questions of a query together, so that a model has to compose queries that it has
never seen. A model that only recognises queries scores nothing there.
"""

from zoo.data.download import download
from zoo.data.task import Example, Task, all_texts, limited
from zoo.data.tokenizers import PieceTokenizer
from zoo.errors import ZooError, check_choice
from zoo.files import read_json
from zoo.registry import register_task
from zoo.registry.overrides import application

METRICS = ("exact_match", "token_error_rate", "perplexity")
ORIGIN = (
    "https://raw.githubusercontent.com/jkkummerfeld/text2sql-data/"
    "5050bad2309a93636ea4788d3660c9202bf11e0e/data/advising.json"
)
DIGEST = "ec8d6a2d570b1768b25ef51d2445bb599b537d9b3d802bf498513a70337599bd"
NLP_PROGRESS = (
    "https://github.com/sebastianruder/NLP-progress/blob/"
    "9005ab0e51275f9096753eca530b06a49039b1fe/english/semantic_parsing.md"
)
SPLITS = ("question", "query")
PARTS = {"train": "train", "validation": "dev", "test": "test"}
FIELDS = [
    {
        "query-split": str,
        "sentences": [{"question-split": str, "text": str, "variables": {...: str}}],
        "sql": [str],
        "variables": [{"name": str, "example": str}],
    }
]


@register_task(
    "sql",
    title="Questions about courses to SQL queries",
    source="Advising, of text2sql-data (Finegan-Dollak et al. 2018)",
    licence="none stated with the file",
    metrics=METRICS,
    # The best of results/applications.
    families={
        "pointer_generator": application(
            {"dropout": 0.2}, learning_rate=0.01, tokens=1024, buckets=3, steps=9805
        )
    },
    baseline="nearest",
    published=[
        (
            "Encoder-decoder with attention and copying; split=question (Finegan-Dollak et al. "
            "2018, as NLP-progress quotes them)",
            "exact match 70",
            NLP_PROGRESS,
        ),
        (
            "Encoder-decoder with attention and copying; split=query (the same authors)",
            "exact match 0",
            NLP_PROGRESS,
        ),
        (
            "Template baseline; split=question (the same authors)",
            "exact match 80",
            NLP_PROGRESS,
        ),
    ],
)
def sql(
    split="question",
    pieces=1500,
    kind="bpe",
    train_limit: int | None = None,
    validation_limit: int | None = None,
    test_limit: int | None = None,
):
    """Questions such as "Is EECS 281 offered in the fall ?" to SQL, in pieces that both share.

    Names that stand for values in the files are replaced by the values on both sides.

    Args:
        split: "question" or "query".
        pieces: int, size of the vocabulary, learnt from both sides of the whole train split.
        kind: "bpe" or "unigram".
        train_limit, validation_limit, test_limit: int or None, take the first questions of the
            split only.

    Returns:
        `Task` with splits "train" (2,629 questions; 2,040 with split=query), "validation" (229;
        515) and "test" (573; 1,832). Some questions have several queries that are right.

    Raises:
        ZooError: a value out of range, or data that cannot be downloaded or read.
    """
    check_choice(SPLITS, split=split)
    limits = (train_limit, validation_limit, test_limit)
    limited({}, *limits)  # before anything is read
    found = read(download("text2sql/advising.json", ORIGIN, DIGEST), split)
    splits = {name: found[part] for name, part in PARTS.items()}
    tokenizer = PieceTokenizer.from_texts(all_texts(splits["train"]), pieces, kind)
    return Task(
        "sql",
        dict(
            split=split,
            pieces=pieces,
            kind=kind,
            train_limit=train_limit,
            validation_limit=validation_limit,
            test_limit=test_limit,
        ),
        limited(splits, *limits),
        tokenizer,
        tokenizer,
        METRICS,
    )


def read(path, split):
    """The examples of the file by part: "train", "dev", "test"; others are not used.

    Raises:
        ZooError: the file is not such a list of queries.
    """
    queries = read_json(path, FIELDS)
    examples: dict = {part: [] for part in PARTS.values()}
    for query in queries:
        usual = {x["name"]: x["example"] for x in query["variables"]}
        for asked in query["sentences"]:
            part = query["query-split"] if split == "query" else asked["question-split"]
            if part not in examples:
                continue
            given = {name: value for name, value in asked["variables"].items() if value}
            values = usual | given
            texts = dict.fromkeys(filled(text, values) for text in query["sql"])
            examples[part].append(Example(filled(asked["text"], values), tuple(texts)))
    if not all(examples.values()):
        raise ZooError(f"{path} lacks examples of {' or '.join(PARTS.values())}")
    return examples


def filled(text, values):
    """A text with values in place of their names, single blanks, and none at the ends."""
    for name in sorted(values, key=len, reverse=True):  # "number10" before "number1"
        text = text.replace(name, values[name])
    return " ".join(text.split())
