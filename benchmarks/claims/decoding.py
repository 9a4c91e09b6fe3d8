"""Claims about beam search."""

from benchmarks.claims.evidence import Runs
from benchmarks.claims.measure import gain, ratio, score, speed
from benchmarks.claims.papers import KOEHN, SUTSKEVER, ZOO
from benchmarks.claims.verdict import Claim

MODELS = {
    "lstm": ("an LSTM without attention", "lstm_seq2seq_mini"),
    "transformer": ("a Transformer", "transformer_mini"),
}


def g2p(model, decoder, suite="quick"):
    """Wrong words with a decoder."""
    return score(Runs(suite, "g2p", model), "wrong_words", decoder)


DECODING = [
    claim
    for name, (words, model) in MODELS.items()
    for claim in (
        Claim(
            f"beam_helps_{name}",
            f"A beam of 4 makes fewer errors than greedy decoding with {words}.",
            SUTSKEVER,
            "table 1",
            gain(g2p(model, "beam"), over=g2p(model, "greedy")),
            above=0,
        ),
        Claim(
            f"beam_costs_at_most_its_size_{name}",
            f"Greedy decoding is less than four times as fast as a beam of 4 with {words}.",
            ZOO,
            "four hypotheses are four times the work",
            ratio(
                speed(Runs("quick", "g2p", model), "greedy"),
                to=speed(Runs("quick", "g2p", model), "beam"),
            ),
            below=4,
        ),
        Claim(
            f"wide_beam_hurts_{name}",
            f"A beam of 64 makes more errors than one of 4 with {words}, without length penalty.",
            KOEHN,
            "section 3.6",
            gain(g2p(model, "beam_64", "beams"), over=g2p(model, "beam_4", "beams")),
            below=0,
        ),
    )
]
