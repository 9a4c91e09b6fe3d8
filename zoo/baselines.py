"""Baselines without a network: what a trained model must beat to be worth its training.

Each learns from the train split of a task, if at all, and writes an output for each source of
another split, or several outputs, the best first. They are scored like a model's outputs.
"""

import collections
import time

import numpy as np
from rapidfuzz.distance import Levenshtein
from scipy import sparse

from zoo.data.front_ends.front_end import FrontEnd
from zoo.data.task import Task
from zoo.errors import check_choice
from zoo.evaluation.evaluate import Report, report_of, source_lengths
from zoo.evaluation.forecasts import SEASON
from zoo.evaluation.metrics import METRICS
from zoo.evaluation.similarity import frame_features, text_features

CHUNK = 256  # sources compared at once
ITERATIONS = 5  # of expectation and maximisation
ENDING = 16  # words
BEST = 5  # outputs that a metric looks at, at most


def copy(task, sources, groups):
    """The source itself."""
    return list(sources)


def first_sentence(task, sources, groups):
    """The first line of the source, up to the end of its first sentence."""
    return [source.partition("\n")[0].partition(". ")[0] for source in sources]


def frequent(task, sources, groups):
    """The target that is most frequent in training: that of the source's group, if it has one."""
    counts = collections.defaultdict(collections.Counter)
    for example in task.examples("train"):
        counts[example.group].update(example.references)
        counts[None].update(example.references)
    return [counts[group if group in counts else None].most_common(1)[0][0] for group in groups]


def ending(task, sources, groups):
    """The most frequent target of the training sources that share the source's longest ending.

    Endings are of up to `ENDING` words; among targets of equal frequency, the first counts.
    """
    counts = collections.defaultdict(collections.Counter)
    for source, target in task.pairs("train"):
        for known in endings(source):
            counts[known][target] += 1
    return [
        next(counts[known] for known in endings(source) if known in counts).most_common(1)[0][0]
        for source in sources
    ]


def endings(source):
    """Yields the endings of a text as tuples of words, from `ENDING` words to none."""
    words = tuple(source.split()[-ENDING:])
    yield from (words[i:] for i in range(len(words) + 1))


def replacements(task, sources, groups):
    """The source, with each word as it most often became in training.

    Words are those between blanks. What came in place of a word is found on a shortest path of
    edits from the source to the first reference.
    """
    became = collections.defaultdict(collections.Counter)
    for example in task.examples("train"):
        before, after = example.source.split(), example.references[0].split()
        for code in Levenshtein.opcodes(before, after):
            if code.tag in ("equal", "replace"):
                for old, new in zip(
                    before[code.src_start : code.src_end], after[code.dest_start : code.dest_end]
                ):
                    became[old][new] += 1
    usual = {old: counts.most_common(1)[0][0] for old, counts in became.items()}
    return [" ".join(usual.get(word, word) for word in source.split()) for source in sources]


def seasonal(task, sources, groups):
    """The last season of the source, repeated as often as the target is long."""
    length = len(task.examples("train")[0].references[0].split())
    outputs = []
    for source in sources:
        season = source.split()[-SEASON:]
        outputs.append(" ".join((season * (length // len(season) + 1))[:length]))
    return outputs


def nearest(task, sources, groups):
    """The first reference of the most similar source in training; of equals, the first one's.

    For a metric that looks at several outputs, those of the next sources follow, `BEST` different
    ones in all.

    Texts are compared by the cosine of how often they have each token of the task's tokenizer, and
    each two tokens in a row, weighted by the logarithm of how rare these are (tf-idf). Frames are
    compared by the cosine of their means in eight equal parts of the source.
    """
    examples = task.examples("train")
    features = frame_features if isinstance(task.source_tokenizer, FrontEnd) else text_features
    known, asked = features(task.source_tokenizer, [x.source for x in examples], sources)
    several = any(METRICS[name].also == "candidates" for name in task.metrics)
    outputs = []
    for start in range(0, len(sources), CHUNK):
        similarity = asked[start : start + CHUNK] @ known.T
        if several:
            dense = similarity.toarray() if sparse.issparse(similarity) else similarity
            order = np.argsort(-dense, axis=1, kind="stable")
        else:
            order = np.asarray(similarity.argmax(axis=1)).reshape(-1, 1)
        outputs += [first_different(examples[i].references[0] for i in row) for row in order]
    return outputs


def first_different(texts):
    """The first `BEST` texts of an iterable that differ from those before: list of str."""
    found: dict = {}
    for text in texts:
        found[text] = None
        if len(found) == BEST:
            break
    return list(found)


def dictionary(task, sources, groups):
    """Each source token's most likely translation, in the order of the source.

    Words are those between blanks; a side whose tokenizer reads characters has characters. The
    probabilities are those of IBM Model 1 (Brown et al. 1993), after five rounds of expectation and
    maximisation over the first references. A word that is new is copied.
    """
    cuts = [cutter(tokenizer) for tokenizer in (task.source_tokenizer, task.target_tokenizer)]
    words: tuple[dict, dict] = ({}, {})  # of each side: word -> its number
    links, place = [], 0  # columns: target position, source word, target word
    for example in task.examples("train"):
        before, after = (
            [known.setdefault(word, len(known)) for word in cut(text)]
            for cut, known, text in zip(cuts, words, (example.source, example.references[0]))
        )
        positions = np.arange(place, place + len(after))
        links.append(
            [
                np.repeat(positions, len(before)),
                *np.array([np.tile(before, len(after)), np.repeat(after, len(before))], "int64"),
            ]
        )
        place += len(after)
    position, source, target = (np.concatenate(column) for column in zip(*links))
    pairs, link = np.unique(source * len(words[1]) + target, return_inverse=True)
    pair_source, pair_target = np.divmod(pairs, len(words[1]))
    probability = np.ones(len(pairs))
    for _ in range(ITERATIONS):
        share = probability[link]
        share /= np.bincount(position, share)[position]
        expected = np.bincount(link, share)
        probability = expected / np.bincount(pair_source, expected)[pair_source]
    order = np.argsort(probability, kind="stable")
    likely = dict(zip(pair_source[order].tolist(), pair_target[order].tolist()))  # the last stays
    targets = list(words[1])
    found = {word: targets[likely[number]] for word, number in words[0].items() if number in likely}
    blank = "" if cuts[1] is list else " "
    return [blank.join(found.get(word, word) for word in cuts[0](text)) for text in sources]


def cutter(tokenizer):
    """A function that cuts a text into what the baselines take for words."""
    return list if getattr(tokenizer, "separator", " ") == "" else str.split


BASELINES = {
    function.__name__: function
    for function in (
        copy,
        first_sentence,
        frequent,
        ending,
        replacements,
        seasonal,
        nearest,
        dictionary,
    )
}


def evaluate_baseline(name: str, task: Task, split: str = "test", limit: int = 0) -> Report:
    """Scores a baseline on a split, by the code that scores models.

    Args:
        name: a name of `BASELINES`. The card of a task names the one that models must beat.
        task: the task.
        split: such as "test".
        limit: takes the first `limit` examples only; 0 takes all.

    Returns:
        The report, without perplexity.

    Raises:
        UnknownName: there is no such baseline or split.
        ZooError: `limit` is negative.
    """
    check_choice(BASELINES, baseline=name)
    examples = task.examples(split, limit)
    sources = [x.source for x in examples]
    started = time.perf_counter()
    outputs = BASELINES[name](task, sources, [x.group for x in examples])
    seconds = time.perf_counter() - started
    lengths = source_lengths(task.source_tokenizer.encode_batch(sources))
    candidates = [[found] if isinstance(found, str) else found for found in outputs]
    return report_of(task, split, candidates, lengths, name, seconds)
