"""The zoo's recurrent models in PyTorch, for `decode_pytorch`: the encoder, and a decoder step.

B sources, K hypotheses each, S source tokens, D units. Both packages order an LSTM's gates alike.
"""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def filled(module, tensors, paths):
    """Loads the zoo's cells at `paths`, one per layer and direction, into an LSTM or a cell."""
    suffixes = [
        name.removeprefix("weight_ih")
        for name, _ in module.named_parameters()
        if name.startswith("weight_ih")
    ]
    state = {}
    for suffix, path in zip(suffixes, paths):
        bias = tensors[f"{path}/cell/bias"]
        state |= {
            f"weight_ih{suffix}": tensors[f"{path}/cell/kernel"].T,
            f"bias_ih{suffix}": bias,
            f"weight_hh{suffix}": tensors[f"{path}/cell/recurrent_kernel"].T,
            f"bias_hh{suffix}": torch.zeros_like(bias),
        }
    module.load_state_dict(state)
    return module


def dense(tensors, path):
    """Loads one of the zoo's projections."""
    kernel = tensors[f"{path}/kernel"]
    layer = nn.Linear(*kernel.shape)
    layer.load_state_dict({"weight": kernel.T, "bias": tensors[f"{path}/bias"]})
    return layer


class Model(nn.Module):
    """The embeddings and the output projection, which both models have.

    Args:
        tensors: dict of float tensors by the zoo's variable paths.
    """

    def __init__(self, tensors):
        super().__init__()
        self.source, self.target = (
            nn.Embedding.from_pretrained(tensors[f"{side}_embedding/embeddings"])
            for side in ("source", "target")
        )
        self.output = dense(tensors, "output")
        self.units = tensors["output/kernel"].shape[0]


class LSTMSeq2Seq(Model):
    """A deep LSTM reads the reversed source; another goes on from its last states."""

    def __init__(self, tensors):
        super().__init__(tensors)
        depth = sum(
            path.startswith("encoder_") and path.endswith("cell/kernel") for path in tensors
        )
        self.encoder = filled(
            nn.LSTM(self.units, self.units, depth, batch_first=True),
            tensors,
            [f"encoder_{i}" for i in range(depth)],
        )
        self.cells = nn.ModuleList(
            filled(nn.LSTMCell(self.units, self.units), tensors, [f"decoder_{i}"])
            for i in range(depth)
        )

    def encode(self, ids):
        """Lists of ids, longest first -> memory, tensors [B, ...], and state, tensors [B, D]."""
        rows = [torch.tensor(row[::-1]) for row in ids]
        packed = pack_padded_sequence(
            self.source(nn.utils.rnn.pad_sequence(rows, batch_first=True)),
            list(map(len, ids)),
            batch_first=True,
        )
        _, (hidden, cell) = self.encoder(packed)
        return (), [*hidden, *cell]

    def step(self, tokens, memory, state):
        """Tokens int64 [B, K], memory of B rows, state of B K rows -> logits [B K, V], state."""
        x, depth = self.target(tokens.flatten()), len(self.cells)
        hidden, cell = list(state[:depth]), list(state[depth:])
        for i, lstm in enumerate(self.cells):
            hidden[i], cell[i] = lstm(x, (hidden[i], cell[i]))
            x = hidden[i]
        return self.output(x), hidden + cell


class Bahdanau(Model):
    """A bidirectional LSTM, and a decoder that looks at all of its states before each step."""

    def __init__(self, tensors):
        super().__init__(tensors)
        self.encoder = filled(
            nn.LSTM(
                self.source.embedding_dim,
                tensors["first_hidden/kernel"].shape[0],
                batch_first=True,
                bidirectional=True,
            ),
            tensors,
            ["forwards", "backwards"],
        )
        self.first_hidden, self.first_cell = (
            dense(tensors, "first_hidden"),
            dense(tensors, "first_cell"),
        )
        self.keys, self.readout = (
            dense(tensors, "decoder/attention/keys"),
            dense(tensors, "readout"),
        )
        self.register_buffer("query", tensors["decoder/attention/query"])
        self.register_buffer("score", tensors["decoder/attention/score"])
        width, units = tensors["decoder/cell/kernel"].shape
        self.cell = filled(nn.LSTMCell(width, units // 4), tensors, ["decoder"])

    def encode(self, ids):
        """As in `LSTMSeq2Seq`. Memory: states [B, S, 2D], keys [B, S, D], padding [B, 1, S]."""
        rows, lengths = [torch.tensor(row) for row in ids], torch.tensor(list(map(len, ids)))
        packed = pack_padded_sequence(
            self.source(nn.utils.rnn.pad_sequence(rows, batch_first=True)),
            lengths,
            batch_first=True,
        )
        packed, (hidden, _) = self.encoder(packed)
        states, _ = pad_packed_sequence(packed, batch_first=True)
        padding = torch.arange(states.shape[1]) >= lengths[:, None]
        return (states, self.keys(states), padding[:, None]), [
            torch.tanh(self.first_hidden(hidden[1])),
            torch.tanh(self.first_cell(hidden[1])),
        ]

    def step(self, tokens, memory, state):
        """As in `LSTMSeq2Seq`."""
        (states, keys, padding), (hidden, cell) = memory, state
        x = self.target(tokens.flatten())
        queries = (hidden @ self.query).view(*tokens.shape, 1, -1)
        scores = (keys[:, None] + queries).tanh_() @ self.score  # [B, K, S]
        weights = scores.masked_fill_(padding, float("-inf")).softmax(-1)
        context = (weights @ states).flatten(0, 1)  # [B K, 2D]
        hidden, cell = self.cell(torch.cat([x, context], -1), (hidden, cell))
        return self.output(torch.tanh(self.readout(torch.cat([hidden, x, context], -1)))), [
            hidden,
            cell,
        ]


MODELS = {"lstm_seq2seq": LSTMSeq2Seq, "bilstm_bahdanau": Bahdanau}
