"""Claims about Transformers: speed, positions, depth, decoder-only."""

from benchmarks.claims.evidence import Runs
from benchmarks.claims.measure import gain, ratio, score, speed
from benchmarks.claims.papers import GAO, PRESS, SHAW, VASWANI, WANG
from benchmarks.claims.verdict import Claim

BEYOND = (11, 20)  # source tokens, where training saw 1 to 10
SOURCE_LENGTHS = (10, 40, 160)


def variant(model):
    """Wrong words of a family at its mini size."""
    return score(Runs("variants", "g2p", model), "wrong_words")


def beyond(model, task):
    """Right outputs on sources longer than all of the training.

    Whole outputs count: a score per token would favour a model that stops early.
    """
    return score(Runs("length", task, model), "exact_match", lengths=BEYOND)


def timed(model, length, of):
    """A speed on sources of one length."""
    return speed(Runs("speed", f"reverse_{length}", model), of)


TRANSFORMERS = [
    *(
        Claim(
            f"transformer_trains_faster_{length}",
            f"With sources of {length} tokens, a Transformer trains on more tokens per second than "
            "an LSTM without attention, on one thread of a CPU.",
            VASWANI,
            "section 4, of hardware that computes in parallel",
            ratio(
                timed("transformer_mini", length, "training"),
                to=timed("lstm_seq2seq_mini", length, "training"),
            ),
            above=1,
        )
        for length in SOURCE_LENGTHS
    ),
    *(
        Claim(
            f"{name}_decodes_faster_{length}",
            f"With sources of {length} tokens, {words} decodes more sentences per second than a "
            "Transformer, on a CPU.",
            WANG,
            "abstract",
            ratio(timed(model, length, "greedy"), to=timed("transformer_mini", length, "greedy")),
            above=1,
        )
        for name, words, model in (
            ("lstm", "an LSTM without attention", "lstm_seq2seq_mini"),
            ("attentive_lstm", "an LSTM with attention", "bilstm_bahdanau_mini"),
        )
        for length in SOURCE_LENGTHS
    ),
    *(
        Claim(
            f"{name}_positions_extrapolate_{task.removeprefix('short_')}",
            f"Trained on short sources, a Transformer with {name} positions gets more of the "
            "longer ones right than with sinusoids.",
            paper,
            place,
            gain(
                beyond(f"transformer_mini positions={name}", task),
                over=beyond("transformer_mini", task),
            ),
            above=0,
        )
        for name, paper, place in (
            ("relative", SHAW, "section 3.2"),
            ("rotary", PRESS, "figure 1"),
        )
        for task in ("short_reverse", "short_copy")
    ),
    *(
        Claim(
            f"t5_extrapolates_further_{task.removeprefix('short_')}",
            "Trained on short sources, T5 with its relative positions gets more of the longer ones "
            "right than a Transformer with sinusoids.",
            PRESS,
            "figure 1",
            gain(beyond("t5_mini", task), over=beyond("transformer_mini", task)),
            above=0,
        )
        for task in ("short_reverse", "short_copy")
    ),
    Claim(
        "deeper_transformer_is_better",
        "Two layers of a Transformer make fewer errors than one, which has half the parameters.",
        VASWANI,
        "table 3 (C)",
        gain(
            score(Runs("ablations", "g2p", "transformer_mini"), "wrong_words"),
            over=score(Runs("ablations", "g2p", "transformer_mini depth=1"), "wrong_words"),
        ),
        above=0,
    ),
    Claim(
        "decoder_only_rivals_encoder_decoder",
        "A prefix language model makes at most one point more errors than an encoder and decoder "
        "with as many parameters.",
        GAO,
        "abstract",
        gain(variant("prefix_lm_mini"), over=variant("transformer_mini")),
        above=-1,
    ),
    Claim(
        "decoder_only_catches_up",
        "Training three times as long brings a prefix language model closer to an encoder and "
        "decoder that is trained three times as long, too.",
        GAO,
        "abstract",
        gain(
            score(Runs("ablations", "g2p", "prefix_lm_mini epochs=6"), "wrong_words"),
            over=score(Runs("ablations", "g2p", "transformer_mini epochs=6"), "wrong_words"),
        )
        - gain(variant("prefix_lm_mini"), over=variant("transformer_mini")),
        above=0,
    ),
]
