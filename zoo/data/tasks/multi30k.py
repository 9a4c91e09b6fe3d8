"""Translates captions of pictures: Multi30k, a small corpus on which papers are still compared.

In the form "raw", texts are cased and not tokenised, and scored with sacrebleu's BLEU. Most papers
use the form "tok": lower case and tokens between blanks, scored as it is. Its scores are higher and
compare only with those papers.
"""

from zoo.data.multi30k import FORMS, LANGUAGES, SPLITS, multi30k_file
from zoo.data.readers.parallel import parallel_lines
from zoo.data.task import Example, Task, limited
from zoo.data.tokenizers import PieceTokenizer
from zoo.errors import ZooError, check_choice, check_positive
from zoo.registry import register_task

METRICS = {"raw": ("bleu", "chrf", "perplexity"), "tok": ("tokenised_bleu", "chrf", "perplexity")}


@register_task(
    "multi30k",
    title="Captions of pictures in English, German and French",
    source="Multi30k, task 1",
    licence="none stated with the files",
    metrics=METRICS["raw"],
    baseline="dictionary",
    families={
        "transformer": dict(  # the best of results/translation
            size="tiny",
            overrides={"norm_first": True},
            recipe=dict(learning_rate=0.003, warmup=0.1, tokens=4096, epochs=60, average=5),
        ),
    },
    published=[
        (
            "Transformer of 4+4 layers, 128 units, beam 5; source=en target=de form=tok "
            "(Wu et al. 2021)",
            "tokenised BLEU 41.02",
            "https://github.com/LividWo/Revisit-MMT/blob/"
            "29bf6b57c832dfbb8bf007b83c99ce4a63e49d44/README-baseline.md",
        )
    ],
)
def multi30k(
    source="en",
    target="de",
    form="raw",
    pieces=8000,
    kind="bpe",
    train_limit=None,
    validation_limit=None,
    test_limit=None,
    train_max_words: int | None = None,
):
    """Captions in one language to those in another, in pieces of words that both share.

    Args:
        source, target: "en", "de" or "fr".
        form: "raw", or "tok" for lower case and tokens.
        pieces: int, size of the vocabulary, learnt from both sides of the whole train split.
        kind: "bpe" or "unigram".
        train_limit, validation_limit, test_limit: int or None, take the first captions of the split
            only.
        train_max_words: int, leaves out training captions whose source has more words, counted
            between blanks, before the limit. The other splits and the vocabulary stay as they are.
            None leaves out none.

    Returns:
        `Task` with splits "train" (29,000 captions), "validation" (1,014) and "test" (1,000, Flickr
        2016).

    Raises:
        ZooError: a value out of range, or data that cannot be downloaded.
    """
    check_choice(LANGUAGES, source=source, target=target)
    check_choice(FORMS, form=form)
    if source == target:
        raise ZooError(f"source and target must be two languages, got '{source}' twice")
    if train_max_words is not None:
        check_positive(train_max_words=train_max_words)
    pairs = {
        split: parallel_lines(
            *(multi30k_file(split, language, form) for language in (source, target))
        )
        for split in SPLITS
    }
    tokenizer = PieceTokenizer.from_texts(
        (text for side in zip(*pairs["train"]) for text in side), pieces, kind
    )
    splits = {
        split: [Example(text, (reference,)) for text, reference in found]
        for split, found in pairs.items()
    }
    options = dict(
        source=source,
        target=target,
        form=form,
        pieces=pieces,
        kind=kind,
        train_limit=train_limit,
        validation_limit=validation_limit,
        test_limit=test_limit,
    )
    if train_max_words is not None:  # else not stored, so older runs can be resumed
        options["train_max_words"] = train_max_words
        splits["train"] = [x for x in splits["train"] if len(x.source.split()) <= train_max_words]
        if not splits["train"]:
            raise ZooError(
                f"no training caption has at most {train_max_words} words; raise train_max_words"
            )
    return Task(
        "multi30k",
        options,
        limited(splits, train_limit, validation_limit, test_limit),
        tokenizer,
        tokenizer,
        METRICS[form],
    )
