"""Attention maps as pictures, and how far they are from a truth that a task knows."""

import keras
import numpy as np
import pytest
from matplotlib.figure import Figure

import zoo
from zoo.evaluation.alignment import (
    alignment_counts,
    alignment_shares,
    draw_alignment,
    draw_wave,
    model_alignment_counts,
    without_end,
)


def test_alignment_is_drawn_with_its_symbols(tmp_path):
    draw_alignment(
        ["f", "o", "</s>"],
        ["F", "</s>"],
        np.array([[0.9, 0.1, 0], [0, 0, 1]]),
        tmp_path / "a.svg",
        title="name",
    )
    text = (tmp_path / "a.svg").read_text()
    assert text.startswith("<?xml") and len(text) > 2000
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


def test_a_dollar_is_a_character_of_a_label(tmp_path):
    """Between two dollars matplotlib would read mathematics, and fail at what is none."""
    draw_alignment(["$a_$", "$"], [r"$\x$"], np.ones((1, 2)), tmp_path / "a.svg", title="$_$")
    panel = Figure().subplots()
    draw_wave(panel, np.ones(9), ["$_$"], np.ones((1, 2)))
    panel.figure.savefig(tmp_path / "b.svg")


def test_an_output_that_was_cut_keeps_its_last_token():
    assert without_end(["a", "b", "</s>"]) == without_end(["a", "b"]) == ["a", "b"]


def test_the_error_counts_tokens_that_look_elsewhere_and_the_attention_outside():
    weights = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.2, 0.5, 0.3], [1, 0, 0]])
    counts = alignment_counts(weights, [(0,), range(1), None])  # the last token is the end
    np.testing.assert_allclose(counts, [1, 0.3 + 0.9, 2])
    span = alignment_counts(weights, [None, range(1, 3), (0, 1)])
    np.testing.assert_allclose(span, [0, 0.1 + 0.3, 2])
    np.testing.assert_allclose(alignment_shares(counts + span), [25, 40])
    np.testing.assert_allclose(alignment_shares(np.stack([counts, span])), [[50, 0], [60, 20]])


class LooksAt(zoo.Seq2Seq):
    """Attends to a place that a function of target position and source length gives."""

    def __init__(self, place):
        super().__init__(30, 30)
        self.place, self.attentive_ = place, True

    attentive = property(lambda self: self.attentive_)

    def align(self, source, target):
        weights = np.zeros((*target.shape, source.shape[1]), "float32")
        for row, length in zip(weights, (source > 2).sum(1)):
            for t in range(length):
                row[t, self.place(t, length)] = 1
        return weights


@pytest.mark.parametrize(
    "name, true, false",
    [
        ("copy", lambda t, n: t, lambda t, n: n - 1 - t),
        ("reverse", lambda t, n: n - 1 - t, lambda t, n: t),
    ],
)
def test_symbols_that_move_have_a_true_alignment(name, true, false):
    task = zoo.create_task(name, train=60, validation=9, test=40)
    examples = task.splits["test"]
    symbols = [len(x.source.split()) for x in examples]
    counts = model_alignment_counts(LooksAt(true), task, examples, jit=False)
    np.testing.assert_array_equal(counts, [(0, 0, n) for n in symbols])
    counts = model_alignment_counts(LooksAt(false), task, examples, jit=False)
    np.testing.assert_array_equal(counts, [(n - n % 2, n - n % 2, n) for n in symbols])


def test_a_trained_models_own_attention_is_judged_row_by_row():
    task = zoo.create_task("dates", train=60, validation=9, test=20)
    keras.utils.set_random_seed(3)
    model = zoo.create("transformer_nano", task.source_tokenizer.size, task.target_tokenizer.size)
    examples = task.splits["test"]
    together = model_alignment_counts(model, task, examples, jit=False)
    assert (together[:, 2] == 8).all() and (together[:, 1] > 0).all()  # hyphens are not judged
    for example, counts in list(zip(examples, together))[:3]:
        alone = model_alignment_counts(model, task, [example], jit=False)[0]
        np.testing.assert_allclose(alone, counts, atol=1e-4)


def test_what_has_no_alignment_says_so():
    task = zoo.create_task("sort", train=60, validation=9, test=20)
    with pytest.raises(zoo.ZooError, match="the task sort does not know which source tokens"):
        model_alignment_counts(zoo.create("t5_nano", 30, 30), task, task.splits["test"], jit=False)
    task = zoo.create_task("copy", train=60, validation=9, test=20)
    with pytest.raises(zoo.ZooError, match="LSTMSeq2Seq has no attention"):
        model = zoo.create("lstm_seq2seq_nano", 30, 30)
        model_alignment_counts(model, task, task.splits["test"], jit=False)


def test_the_frames_of_a_source_are_drawn_above(tmp_path):
    rng = np.random.default_rng(0)
    draw = lambda name, **options: draw_alignment(
        [str(i) for i in range(90)], ["a", "b"], rng.random((2, 90)), tmp_path / name, **options
    )
    draw("plain.svg")
    draw("frames.svg", picture=rng.random((4, 360)))
    plain, frames = ((tmp_path / name).read_text() for name in ("plain.svg", "frames.svg"))
    assert frames.count("<image") == plain.count("<image") + 1


def test_a_token_stands_over_the_samples_where_it_is_heard(tmp_path):
    weights = np.zeros((3, 10))
    weights[0, [1, 7]], weights[1, 2], weights[2, 9] = (0.4, 0.6), 1, 1  # the last is the end
    panel = Figure().subplots()
    draw_wave(panel, np.sin(np.arange(1000.0)), ["late", "early"], weights)
    assert [(x.get_text(), x.get_position()[0]) for x in panel.texts] == [
        ("late", 7.5),
        ("early", 2.5),
    ]
    samples = panel.lines[0].get_xdata()
    assert samples[0] == 0 and samples[-1] == 10
