"""GPT-2: a causal language model that reads the source, and then writes the target after it.

Radford, Wu, Child, Luan, Amodei, Sutskever: "Language Models are Unsupervised Multitask Learners",
2019, https://openai.com/research/better-language-models.

Line by line (section 2.3): one stack of blocks; layer normalisation stands before each sub-layer
and once more after the last block; the weights of residual layers start scaled by 1/sqrt(N), N the
number of residual layers. Positions are learned, GELU is its tanh form, and the embeddings are the
output matrix, as in the released code. All of this is the block of prefix_lm.py, whose class this
one extends. What differs: no position sees a later one, not even within the source.

A task is one sequence (section 2): the source with its end token, the start token, and the target.

`continues=True` is the published language model: the target goes on where the text of the source
stops, and neither end nor start token stands between. The last token of the text is then the first
that the decoder reads. A source of an end token alone is read as that token, which opens every
text there.

Where we differ: `tied_embeddings="target"` serves tasks with two vocabularies. The published
vocabulary lacks a padding token, which the zoo needs: `padding_token=False` says that id 0 is
padding and never a prediction.
"""

from keras import ops

from zoo.errors import ZooError
from zoo.layers.attention import causal_bias, padding_bias
from zoo.layers.embeddings import without_padding
from zoo.models.prefix_lm import PrefixLM, source_lengths
from zoo.registry import Paper, Size, register_model

RADFORD_2019 = Paper(
    "Radford et al.",
    "Language Models are Unsupervised Multitask Learners",
    2019,
    "https://openai.com/research/better-language-models",
)
END = 50_256  # of the released vocabulary, which has no other special token


def released(units, depth, heads):
    """A `Size` of the released checkpoints, whose vocabulary has one id more here: padding."""
    return Size(
        (END + 2, END + 2),
        units=units,
        depth=depth,
        heads=heads,
        inner_units=4 * units,
        dropout=0.1,
        continues=True,
        padding_token=False,
        start_id=END,
        end_id=END,
    )


@register_model(
    "gpt2",
    paper=RADFORD_2019,
    encoder="none",
    decoder="Transformer, causal",
    attention="multi-head, self only",
    expect="A language model: it reads the source one way only, and is made for pre-training.",
    sizes={
        "nano": Size(
            (32, 32),
            units=16,
            depth=2,
            heads=2,
            inner_units=32,
            max_positions=128,
            tied_embeddings="target",
        ),
        "mini": Size(
            (33, 43),
            units=112,
            depth=3,
            heads=4,
            inner_units=368,
            max_positions=128,
            tied_embeddings="target",
        ),
        "midi": Size(
            (10_000, 10_000),
            units=256,
            depth=6,
            heads=8,
            inner_units=1216,
            max_positions=512,
            dropout=0.2,
        ),
        "small": released(768, 12, 12),
        "medium": released(1024, 24, 16),
        "large": released(1280, 36, 20),
        "xl": released(1600, 48, 25),
    },
)
class GPT2(PrefixLM):
    """Decoder-only model, causal over source and target.

    Args:
        source_vocabulary, target_vocabulary: int, number of token ids.
        tied_embeddings: "all" (source, target and output) or "target" (target and output).
        continues: bool, whether the target continues the text of the source.
        padding_token: bool; False gives id 0 a probability of 0.
        **kwargs: see `PrefixLM`.

    Source: https://openai.com/research/better-language-models
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        tied_embeddings="all",
        continues=False,
        padding_token=True,
        **kwargs,
    ):
        super().__init__(
            source_vocabulary, target_vocabulary, tied_embeddings=tied_embeddings, **kwargs
        )
        if continues and self.source_vocabulary != target_vocabulary:
            raise ZooError("continues=True needs sources and targets of one vocabulary")
        self.continues, self.padding_token = continues, padding_token

    def source_bias(self, mask):
        return padding_bias(mask) + causal_bias(ops.shape(mask)[1])

    def logits(self, x):
        logits = super().logits(x)
        return logits if self.padding_token else without_padding(logits)

    def encode(self, source, training=False):
        memory = super().encode(source, training)
        if not self.continues:
            return memory
        at, last = ops.arange(ops.shape(source)[1]), source_lengths(memory.mask) - 2
        before = at[None] < last[:, None]  # [B, S], all but the text's last token and the end token
        is_last = ops.equal(at[None], ops.maximum(last, 0)[:, None])
        return memory._replace(mask=before, final=ops.sum(ops.where(is_last, source, 0), 1))

    def decode(self, target, memory, training=False):
        if self.continues:
            target = ops.cast(target, memory.final.dtype)
            target = ops.concatenate([memory.final[:, None], target[:, 1:]], 1)  # [B, T]
        return super().decode(target, memory, training)

    def start(self, memory, room):
        state = super().start(memory, room)
        return state._replace(source=(state.source, memory.final))

    def step(self, token, state):
        source, first = state.source
        if self.continues:
            opening = ops.equal(state.position, 0)[:, None]
            token = ops.where(opening, first[:, None], ops.cast(token, first.dtype))  # [B, K]
        logits, after, attention = super().step(token, state._replace(source=source))
        return logits, after._replace(source=state.source), attention
