"""Chooses a tokenizer for a text: symbols between blanks, characters, learnt pieces or bytes.

The first rule that holds decides:

1. Words are symbols if there are few of them and all are seen often, as phonemes or actions are.
2. Korean syllables are read letter by letter if each text is a single short word, as in a
   dictionary. There are few letters and many syllables, and each letter stands for a sound.
3. Characters are symbols in short texts of few distinct characters: spellings, numbers, dates.
4. Characters are also symbols if each text is a single short word, however many characters the
   script has, as long as each of them is seen often enough to be learnt. In such texts, as in a
   Chinese dictionary, a character is a unit of sound or meaning already. Pieces of several
   characters would be rarer than the characters, and would hide them.
5. Text with enough words is cut into learnt pieces. The more words, the more pieces. Both sides
   share them if they are written in the same characters.
6. A smaller text is read by character if it has few distinct ones, or else by byte.
"""

import collections
import dataclasses

from zoo.data.tokenizers.bytes import ByteTokenizer
from zoo.data.tokenizers.decomposed import DecomposedTokenizer, is_composed
from zoo.data.tokenizers.pieces import KINDS as PIECES
from zoo.data.tokenizers.pieces import PieceTokenizer
from zoo.data.tokenizers.symbols import SymbolTokenizer
from zoo.errors import ZooError, check_choice, check_positive

TOKENIZERS = ("word", "character", "decomposed", "byte", *PIECES)
MOST_WORDS = 1000  # rule 1: distinct words
WORD_SEEN = 20  # rule 1: times that a word is seen on average
SYLLABLES = "\uac00", "\ud7a3"  # rule 2: the first and the last Korean syllable of Unicode
MOSTLY = 0.5  # rule 2: share of the characters that are such syllables
SINGLE_WORDS = 1.1  # rules 2 and 4: words of a text on average
SHORT_WORD = 12  # rules 2 and 4: characters of a text on average
MOST_CHARACTERS = 300  # rules 3 and 6: distinct characters
FEW_WORDS = 3.5  # rule 3: words of a text on average
CHARACTER_SEEN = 10  # rule 4: times that a character is seen on average
RARE, MOST_RARE = 5, 0.05  # rule 4: characters seen less often than this, and their share of a text
WORDS_TO_LEARN_FROM = 5000  # rule 5: words of the text
WORDS_PER_PIECE = 60  # rule 5
SIZES = (500, 1000, 2000, 4000, 8000, 16_000, 32_000)
SAME_SCRIPT = 0.95  # share of each side's characters, without blanks, that the other side has


@dataclasses.dataclass
class Writing:
    """Counts what the texts of a side are made of.

    Attributes:
        texts: int, their number.
        vocabulary: `Counter` of the words, which white space separates.
        characters: `Counter` of the characters.
        composed: bool, whether characters in their parts would give back every text.
    """

    texts: int = 0
    vocabulary: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    characters: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    composed: bool = True

    @classmethod
    def of(cls, texts):
        """Counts an iterable of str."""
        found = cls()
        for text in texts:
            found.add(text)
        return found

    def add(self, text):
        """Counts one more text."""
        self.texts += 1
        self.vocabulary.update(text.split())
        self.characters.update(text)
        self.composed = self.composed and is_composed(text)

    @property
    def words(self):
        """int, the number of words, repeated ones included."""
        return self.vocabulary.total()

    def fitting(self):
        """The name in `TOKENIZERS` that the rules of this module choose."""
        if self.has_few_words():
            return "word"
        if self.has_short_words() and self.is_korean() and self.composed:
            return "decomposed"
        few = len(self.characters) <= MOST_CHARACTERS
        if few and self.words <= FEW_WORDS * self.texts:
            return "character"
        if self.has_short_words() and self.has_frequent_characters():
            return "character"
        if self.words >= WORDS_TO_LEARN_FROM:
            return "bpe"
        return "character" if few else "byte"

    def has_few_words(self):
        """Whether words can be symbols: several per text, few distinct ones, nearly none rare."""
        distinct = len(self.vocabulary)
        once = sum(count == 1 for count in self.vocabulary.values())
        return (
            self.words > 1.5 * self.texts
            and distinct <= min(MOST_WORDS, self.words / WORD_SEEN)
            and once <= 0.05 * distinct
        )

    def has_short_words(self):
        """Whether each text is one short word."""
        short = self.characters.total() <= SHORT_WORD * self.texts
        return short and self.words <= SINGLE_WORDS * self.texts

    def is_korean(self):
        """Whether most characters are Korean syllables."""
        first, last = SYLLABLES
        syllables = sum(n for c, n in self.characters.items() if first <= c <= last)
        return syllables > MOSTLY * self.characters.total()

    def has_frequent_characters(self):
        """Whether characters are seen often enough to be learnt."""
        total = self.characters.total()
        rare = sum(count for count in self.characters.values() if count < RARE)
        return total >= CHARACTER_SEEN * len(self.characters) and rare <= MOST_RARE * total

    def writes_as(self, other):
        """Whether nearly all characters of each side occur on the other side, too."""
        return (
            min(
                shared_characters(self.characters, other.characters),
                shared_characters(other.characters, self.characters),
            )
            >= SAME_SCRIPT
        )


def shared_characters(mine, theirs):
    """The share of one side's characters, without blanks, that the other side has, too."""
    ink = {c: n for c, n in mine.items() if not c.isspace()}
    return sum(n for c, n in ink.items() if c in theirs) / max(1, sum(ink.values()))


def fitting_size(words, characters):
    """How many pieces to learn from a text: the largest of `SIZES` that it has words for.

    Args:
        words: int, words of the text.
        characters: int, distinct characters.
    """
    taught = [size for size in SIZES if size * WORDS_PER_PIECE <= words]
    return max([*taught, SIZES[0], 2 * characters])


def check_choices(kinds=(None, None), shared=None, size=None, front_ends=()):
    """Raises `ZooError` for arguments that `choose_tokenizers` refuses for any texts.

    `front_ends` are names that a source may have besides those of `TOKENIZERS`.
    """
    check_choice((None, *TOKENIZERS, *front_ends), source_tokenizer=kinds[0])
    check_choice((None, *TOKENIZERS), target_tokenizer=kinds[1])
    if size is not None:
        check_positive(vocabulary=size)
    if not (shared is None or isinstance(shared, bool)):
        raise ZooError(f"shared must be true, false or null, got {shared!r}")


def choose_tokenizers(sources, targets, kinds=(None, None), shared=None, size=None, strict=True):
    """Makes a tokenizer for each side.

    Args:
        sources, targets: lists of str, from which vocabularies are learnt.
        kinds: pair of names of `TOKENIZERS`; None chooses the one that fits.
        shared: bool, whether both sides have one vocabulary. None shares it if both sides are cut
            into learnt pieces of the same kind and written in the same characters.
        size: int, number of ids of learnt pieces; None chooses it by the length of the text.
        strict: bool, whether a `size` that no side can use is an error.

    Returns:
        Source tokenizer, target tokenizer (the same object if shared), and the pair of their names.

    Raises:
        UnknownName: a kind that is not in `TOKENIZERS`.
        ZooError: one vocabulary for two kinds, a size that the texts cannot fill, or texts that
            `DecomposedTokenizer` would change.
    """
    check_choices(kinds, shared, size)
    written = Writing.of(sources), Writing.of(targets)
    kinds = tuple(kind or side.fitting() for kind, side in zip(kinds, written))
    if strict:
        check_pieces(kinds, size)
    if shared and kinds[0] != kinds[1]:
        raise ZooError(
            "one vocabulary for both sides needs one kind of tokenizer, "
            f"and they are {kinds[0]} and {kinds[1]}"
        )
    if shared is None:
        shared = kinds[0] == kinds[1] and kinds[0] in PIECES and written[0].writes_as(written[1])
    if shared:
        both = make(kinds[0], [*sources, *targets], written, size)
        return both, both, kinds
    source = make(kinds[0], sources, written[:1], size)
    return source, make(kinds[1], targets, written[1:], size), kinds


def choose_tokenizer(texts, kind=None, size=None, strict=True):
    """Makes the tokenizer of one side. Arguments and errors are those of `choose_tokenizers`."""
    written = Writing.of(texts)
    kind = kind or written.fitting()
    if strict:
        check_pieces([kind], size)
    return make(kind, texts, [written], size)


def check_pieces(kinds, size):
    """Raises `ZooError` for a number of learnt pieces if no side has any."""
    if size is not None and not set(kinds) & set(PIECES):
        sides = ("source_tokenizer=bpe", "target_tokenizer=bpe")[-len(kinds) :]
        raise ZooError(
            "vocabulary counts learnt pieces, and these texts are read by "
            f"{' and '.join(dict.fromkeys(kinds))}; add {' or '.join(sides)}"
        )


def make(kind, texts, written, size):
    """A tokenizer of a kind for `texts`. `written` counts them, one `Writing` per side."""
    if kind in PIECES:
        characters = len(set().union(*(side.characters for side in written)))
        learnt = size or fitting_size(sum(side.words for side in written), characters)
        return PieceTokenizer.from_texts(texts, learnt, kind, exact=size is not None)
    if kind == "byte":
        return ByteTokenizer()
    if kind == "character":
        return SymbolTokenizer.from_texts(texts, "")
    if kind == "decomposed":
        return DecomposedTokenizer.from_texts(texts)
    return SymbolTokenizer.from_texts(texts, " ")
