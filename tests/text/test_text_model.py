"""Texts in and out of a model in memory."""

import numpy as np
import pytest

from tests.contract.conftest import shared
from zoo.data.tokenizers import EOS, UNK, SymbolTokenizer
from zoo.decoding import Beam, Constraints, Ensemble, Greedy, generate, score
from zoo.errors import ZooError
from zoo.text.decoding import Decoding
from zoo.text.text_model import TextModel

TEXTS = ["a Kiew b", "Lwiw", "c c Odessa a Dnipro"]
TOKENIZER = SymbolTokenizer(["a", "b", "c"], " ")


def text_model(name="bilstm_bahdanau_nano", **options):
    """A model with random weights, eager."""
    model = shared(name, vocabulary=7)
    return TextModel(
        model, TOKENIZER, TOKENIZER, **{"compiled": False, "longest_target": 4} | options
    )


def of_a_run(**options):
    """A text model with the limits that a run has."""
    return text_model(longest_source=5, known_only=True, label="runs/x", **options)


@pytest.mark.parametrize(
    "strategy, compiled",
    [
        (Greedy(Constraints(prefix=(UNK, UNK))), False),
        (Beam(3, constraints=Constraints(prefix=(UNK,))), True),
    ],
)
def test_each_unknown_token_becomes_the_symbol_it_looked_at_most(traced, strategy, compiled):
    text = of_a_run()
    decoding = Decoding(strategy, 6, 5, replace_unknown=True, compiled=compiled)
    found = text.generate(TEXTS, decoding)
    for sentence, best in zip(TEXTS, found, strict=True):
        source, symbols = TOKENIZER.encode(sentence), sentence.split()
        outputs = generate(text.model, [source], strategy, 5, jit=False)[0]
        for (shown, _), output in zip(best, outputs, strict=True):
            weights = text.model.align(np.array([source]), np.array([[1, *output.ids]]))
            looks = np.asarray(weights)[0][:, : len(symbols)]
            expected = [
                symbols[look.argmax()] if i == UNK else "???abc"[i - 1]
                for i, look in zip(output.ids, looks)
            ]
            assert shown.split() == expected and "<unk>" not in shown


def test_without_replacement_an_unknown_token_is_shown_as_it_is():
    strategy = Greedy(Constraints(prefix=(UNK,)))
    (best,) = text_model().generate(TEXTS[:1], Decoding(strategy, max_length=5))
    assert best[0][0].startswith("<unk>")


def test_sources_of_a_run_are_checked():
    text = of_a_run()
    assert text.encode("a b") == [4, 5, 2]
    for source, message in (
        ("", "the source is empty"),
        (" \t", "the source is empty"),
        ("a x a y", "'x', 'y', which the vocabulary of runs/x lacks"),
        ("a a a a a", "has 6 tokens.* at most 5 .*runs/x has seen up to 5; .*--longest"),
    ):
        with pytest.raises(ZooError, match=message) as found:
            text.encode(source)
        assert "\n" not in str(found.value)
    assert len(text.encode("a a a a a", longest=6)) == 6
    for longest in (0, -1):
        with pytest.raises(ZooError, match="longest must be a whole number above 0"):
            text.encode("a", longest)
    with pytest.raises(ZooError, match="text 2: the source is empty"):
        text.generate(["a", ""])
    with pytest.raises(ZooError, match="pair 2: .*'q'"):
        text.score([("a", "b"), ("a", "q")])
    with pytest.raises(ZooError, match="'q'"):
        text.align("a", "b q")
    for ask in (text.generate, lambda text: next(text_model().stream(text))):
        with pytest.raises(ZooError, match="a list of texts is needed, and this is a single one"):
            ask("a b")


def test_without_a_task_sources_have_the_limits_of_the_model_alone():
    free = text_model()
    assert free.encode("a x " * 20) == [4, UNK] * 20 + [2]
    with pytest.raises(ZooError, match="has 3 tokens.* at most 2 are allowed$"):
        free.encode("a b", longest=2)
    short = text_model("bart_nano", label="a BART")  # 64 positions
    with pytest.raises(ZooError, match="has 71 tokens, and the model 64 positions"):
        short.encode("a " * 70)


def test_the_longest_output(traced):
    endless, long = Greedy(Constraints(forbidden=(EOS,))), {"compiled": True}
    free = {"compiled": True, "longest_target": None}
    lengths = {
        "the task's": (of_a_run(), Decoding(endless), 4),
        "twice the source's": (of_a_run(**long), Decoding(endless, longest=6), 12),
        "what is asked for": (of_a_run(), Decoding(endless, max_length=3), 3),
        "a checkpoint's": (text_model(**free), Decoding(endless), 128),
        "the model's positions": (text_model("bart_nano", **free), Decoding(endless), 64),
        "twice the source's in them": (text_model("bart_nano"), Decoding(endless, longest=40), 64),
        "beside the source": (text_model("prefix_lm_nano"), Decoding(endless, longest=60), 68),
    }
    for name, (text, decoding, expected) in lengths.items():
        ((best,),) = text.generate(["a b"], decoding)
        assert len(best[0].split()) == expected, name


def test_a_stream_reads_no_further_than_it_must():
    text = text_model()
    read = []

    def sources():
        for source in ["a b", "b", "c"]:
            read.append(source)
            yield source

    stream = text.stream(sources(), Beam(2))
    assert read == []
    assert list(stream) == text.generate(["a b", "b", "c"], Beam(2)) and len(read) == 3
    assert text.generate([]) == []


def test_a_bad_text_costs_no_output_before_it():
    text = of_a_run()
    for replace in (False, True):
        decoding = Decoding(Beam(2), replace_unknown=replace)
        stream = text.stream(iter(["a b", "b", " ", "c"]), decoding)
        assert [next(stream), next(stream)] == text.generate(["a b", "b"], decoding)
        with pytest.raises(ZooError, match="text 3: the source is empty"):
            next(stream)
    with pytest.raises(ZooError, match="text 2: the source is empty"):  # of a list it is known
        text.stream(["a b", " "])


def test_scores_and_attention_of_an_output():
    text = of_a_run()
    (found,) = text.score([("a b", "c")])
    assert found.log_probability == pytest.approx(sum(found.tokens)) and len(found.tokens) == 2
    source, target, weights = text.align("a b", "c b a")
    assert source == ["a", "b", "</s>"] and target == ["c", "b", "a", "</s>"]
    assert weights.shape == (4, 3)
    own = text.align("a b")[1]
    assert own == text.generate(["a b"])[0][0][0].split()  # cut at the limit: it has no end


@pytest.mark.parametrize("name, most", [("bart_nano", 64), ("prefix_lm_nano", 127)])
def test_a_given_output_beyond_the_positions_is_refused(name, most):
    """A compiled model would read on at its last position."""
    text, long = text_model(name), " ".join("a" * most)
    for ask in (lambda: text.score([("a b", long)]), lambda: text.align("a b", long)):
        with pytest.raises(
            ZooError,
            match=f"the output 'a a .* has {most + 1} tokens, and the model {most} positions",
        ):
            ask()
    with pytest.raises(ZooError, match=f"pair 1: the target has {most + 1} tokens"):
        score(text.model, [[4, 5, 2]], [[*[4] * most, 2]])
    assert len(score(text.model, [[4] * 30 + [2]], [[4] * 30 + [2]])[0].tokens) == 31


@pytest.mark.parametrize("name, most", [("bart_nano", 64), ("prefix_lm_nano", 127)])
def test_outputs_beyond_the_positions_are_refused(name, most):
    text = text_model(name)
    text.generate(["a"], Decoding(max_length=most // 2))
    with pytest.raises(ZooError, match=f"positions for outputs of {most} tokens, and max_length"):
        text.generate(["a"], Decoding(max_length=most + 1))


def test_a_source_that_leaves_no_room_for_an_output_is_refused_by_all():
    text, long = text_model("prefix_lm_nano", longest_target=60), " ".join("a" * 100)
    for ask in (lambda: text.generate([long]), lambda: text.align(long)):
        with pytest.raises(ZooError, match="has 101 tokens"):
            ask()


def test_the_model_is_loaded_when_it_is_needed():
    calls = []

    def load():
        calls.append(1)
        return shared("bilstm_bahdanau_nano", vocabulary=7)

    text = TextModel(load, TOKENIZER, TOKENIZER, longest_source=5, longest_target=4, compiled=False)
    with pytest.raises(ZooError, match="is empty"):
        text.encode("")
    assert not calls
    text.generate(["a"]), text.generate(["b"])
    assert calls == [1]


def test_an_ensemble_votes():
    one, other = text_model(), text_model("lstm_seq2seq_nano", label="other")
    both = one.with_others([other])
    assert isinstance(both.model, Ensemble) and both.model.models == (one.model, other.model)
    assert len(both.generate(["a b"])[0]) == 1 and one.with_others([]) is one
    words = SymbolTokenizer(["a", "b", "d"], " ")
    stranger = TextModel(other.model, words, words, label="runs/y")
    with pytest.raises(ZooError, match="runs/y has other tokenizers than a model in memory"):
        one.with_others([stranger])
