"""Claims about recurrent variants without attention, and about depth."""

from benchmarks.claims.evidence import Runs
from benchmarks.claims.measure import gain, score, slope
from benchmarks.claims.papers import BAHDANAU, CHO, SUTSKEVER, WU, ZOO
from benchmarks.claims.verdict import Claim

# With the learning rate that is best on validation after two passes; half a pass chooses 0.03.
GNMT = "gnmt_mini learning_rate=0.01"


def g2p(model):
    """Wrong words of an ablation."""
    return score(Runs("ablations", "g2p", model), "wrong_words")


def variant(model):
    """Wrong words of a family at its mini size."""
    return score(Runs("variants", "g2p", model), "wrong_words")


RECURRENT = [
    Claim(
        "gates_beat_plain_tanh",
        "Gated units make fewer errors than plain tanh units with as many parameters.",
        CHO,
        "section 2.3",
        gain(
            g2p("rnn_encoder_decoder_mini"),
            over=g2p("rnn_encoder_decoder_mini cell=tanh units=194"),
        ),
        above=0,
    ),
    Claim(
        "fixed_context_falls_with_length",
        "A context of fixed size costs an LSTM at least one point of exact match per source token, "
        "on average from 1 to 20 tokens.",
        BAHDANAU,
        "figure 2",
        slope(score(Runs("quick", "reverse", "lstm_seq2seq_mini"), "exact_match"), 1, 20),
        below=-1,
    ),
    Claim(
        "reversing_helps_lstm",
        "Reading the source backwards helps an LSTM without attention.",
        SUTSKEVER,
        "section 3.3",
        gain(g2p("lstm_seq2seq_mini"), over=g2p("lstm_seq2seq_mini reverse=false")),
        above=0,
    ),
    Claim(
        "deeper_lstm_is_better",
        "Two LSTM layers make fewer errors than one with as many parameters.",
        SUTSKEVER,
        "section 3.4",
        gain(g2p("lstm_seq2seq_mini"), over=g2p("lstm_seq2seq_mini depth=1 units=157")),
        above=0,
    ),
    Claim(
        "deeper_gnmt_is_better",
        "Four layers of GNMT make fewer errors than two with as many parameters, each with the "
        "learning rate that was best after half a pass.",
        WU,
        "section 3.1",
        gain(g2p("gnmt_mini"), over=g2p("gnmt_mini depth=2 units=87")),
        above=0,
    ),
    Claim(
        "gnmt_beats_shallow_attention",
        "GNMT's depth beats one attentive layer with as many parameters; GNMT has the learning "
        "rate that is best after two passes.",
        WU,
        "section 3.1",
        gain(g2p(GNMT), over=variant("bilstm_bahdanau_mini")),
        above=0,
    ),
    Claim(
        "gnmt_beats_lstm_without_attention",
        "GNMT beats a deep LSTM without attention; GNMT has the learning rate that is best after "
        "two passes.",
        WU,
        "section 3",
        gain(g2p(GNMT), over=g2p("lstm_seq2seq_mini")),
        above=0,
    ),
    Claim(
        "gnmt_learns_longer_at_a_lower_rate",
        "After two passes, GNMT makes fewer errors with a third of the learning rate that was best "
        "after half a pass.",
        ZOO,
        "suite rates",
        gain(g2p(GNMT), over=g2p("gnmt_mini")),
        above=0,
    ),
]
