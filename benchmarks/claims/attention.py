"""Claims about attention: what it repairs, what it costs, where it looks."""

from benchmarks.claims.evidence import Runs
from benchmarks.claims.measure import gain, level, ratio, score, speed
from benchmarks.claims.papers import BAHDANAU, LUONG, VASWANI, ZOO
from benchmarks.claims.verdict import Claim

SHORT, LONG = (1, 10), (11, 20)  # source tokens
ATTENTIVE, PLAIN = "bilstm_bahdanau_mini", "lstm_seq2seq_mini"
PLAIN_WORDS = "a deep LSTM that reads the source backwards into a context of fixed size"


def g2p(model, suite="ablations"):
    """Wrong words on spelling to phonemes."""
    return score(Runs(suite, "g2p", model), "wrong_words")


def reverse(model, lengths=None):
    """Exact match on reversing, among sources as long as those of the training."""
    return score(Runs("quick", "reverse", model), "exact_match", lengths=lengths)


def looks(model, suite, task):
    """The share of output tokens that look at a wrong source token."""
    return score(Runs(suite, task, model), "alignment_error")


ATTENTION = [
    *(
        Claim(
            f"{name}_beats_fixed_context",
            f"{words} makes fewer errors than {PLAIN_WORDS}.",
            paper,
            place,
            gain(g2p(model, "quick"), over=g2p(PLAIN, "quick")),
            above=0,
        )
        for name, words, model, paper, place in (
            ("attention", "A Bi-LSTM with attention", ATTENTIVE, BAHDANAU, "table 1"),
            ("transformer", "A Transformer", "transformer_mini", VASWANI, "table 2"),
        )
    ),
    Claim(
        "rnnsearch_beats_rnn_encoder_decoder",
        "RNNsearch makes fewer errors than the RNN Encoder-Decoder with as many parameters.",
        BAHDANAU,
        "table 1",
        gain(g2p("rnnsearch_mini", "variants"), over=g2p("rnn_encoder_decoder_mini", "variants")),
        above=0,
    ),
    Claim(
        "attention_helps_long_sources_most",
        "What attention gains over a fixed context is larger on long sources than on short ones.",
        BAHDANAU,
        "figure 2",
        gain(reverse(ATTENTIVE, LONG), over=reverse(PLAIN, LONG))
        - gain(reverse(ATTENTIVE, SHORT), over=reverse(PLAIN, SHORT)),
        above=0,
    ),
    Claim(
        "attention_keeps_long_sources",
        "With attention, more than 95% of the long sources seen in training are right.",
        BAHDANAU,
        "figure 2",
        level(reverse(ATTENTIVE, LONG)),
        above=95,
    ),
    *(
        Claim(
            f"luong_{of if of == 'training' else 'decoding'}_costs_less",
            f"With sources of 40 tokens, Luong's attention is faster than Bahdanau's in {words}, "
            "with as many parameters, on a CPU.",
            LUONG,
            "section 3.1",
            ratio(
                speed(Runs("speed", "reverse_40", "bilstm_luong_mini"), of),
                to=speed(Runs("speed", "reverse_40", ATTENTIVE), of),
            ),
            above=1,
        )
        for of, words in (("training", "training"), ("greedy", "greedy decoding"))
    ),
    Claim(
        "input_feeding_helps",
        "Feeding the attentional state into the next step helps Luong's decoder.",
        LUONG,
        "section 3.3 and table 1",
        gain(g2p("bilstm_luong_mini"), over=g2p("bilstm_luong_mini input_feeding=false")),
        above=0,
    ),
    Claim(
        "local_attention_helps",
        "Attention within a predicted window beats attention to the whole source.",
        LUONG,
        "section 3.2 and table 1",
        gain(g2p("bilstm_luong_mini window=local_p"), over=g2p("bilstm_luong_mini")),
        above=0,
    ),
    *(
        Claim(
            f"{name}_attention_aligns_{task}",
            f"The attention of {words} finds the right source token of {task} nine times in ten.",
            paper,
            place,
            level(looks(model, suite, task)),
            below=10,
        )
        for name, words, model, paper, place in (
            ("bahdanau", "an LSTM", ATTENTIVE, BAHDANAU, "figure 3"),
            ("transformer", "a Transformer", "transformer_mini", ZOO, "a common reading of maps"),
        )
        for suite, task in (("quick", "reverse"), ("dates", "dates"))
    ),
]
