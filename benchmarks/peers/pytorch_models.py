"""The zoo's architectures in PyTorch, from ids to logits. Runs in the peers' environment.

B rows, S source and T target tokens, D units, V token ids. Padding is id 0, on the right. `opened`,
int [B, T], is the target behind the start token; `lengths`, int [B] on the CPU, counts the tokens
of each source.
"""

import math

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

LONGEST = 512  # tokens of a sequence that the Transformer has positions for


class LSTMSeq2Seq(nn.Module):
    """Sutskever et al. 2014: one deep LSTM reads the reversed source, another continues."""

    def __init__(self, vocabulary, units, depth, **_):
        super().__init__()
        self.source, self.target = nn.Embedding(vocabulary, units), nn.Embedding(vocabulary, units)
        self.encoder, self.decoder = (
            nn.LSTM(units, units, depth, batch_first=True) for _ in range(2)
        )
        self.output = nn.Linear(units, vocabulary)

    def forward(self, source, lengths, opened):
        places = torch.arange(source.shape[1], device=source.device)
        backwards = (lengths.to(source.device)[:, None] - 1 - places).clamp(min=0)
        packed = pack_padded_sequence(
            self.source(source.gather(1, backwards)),
            lengths,
            batch_first=True,
            enforce_sorted=False,
        )
        _, state = self.encoder(packed)
        return self.output(self.decoder(self.target(opened), state)[0])


class Bahdanau(nn.Module):
    """Bahdanau et al. 2015 with LSTMs: a loop that attends to all source states at each step."""

    def __init__(self, vocabulary, units, **_):
        super().__init__()
        self.source, self.target = nn.Embedding(vocabulary, units), nn.Embedding(vocabulary, units)
        self.encoder = nn.LSTM(units, units, batch_first=True, bidirectional=True)
        self.first_hidden, self.first_cell = nn.Linear(units, units), nn.Linear(units, units)
        self.keys, self.query = nn.Linear(2 * units, units), nn.Linear(units, units, bias=False)
        self.score = nn.Parameter(torch.randn(units) * units**-0.5)
        self.cell = nn.LSTMCell(3 * units, units)
        self.readout, self.output = nn.Linear(4 * units, units), nn.Linear(units, vocabulary)

    def forward(self, source, lengths, opened):
        packed = pack_padded_sequence(
            self.source(source), lengths, batch_first=True, enforce_sorted=False
        )
        packed, (last, _) = self.encoder(packed)
        states, _ = pad_packed_sequence(packed, batch_first=True)  # [B, S, 2D]
        keys = self.keys(states)
        padding = (torch.arange(states.shape[1]) >= lengths[:, None]).to(states.device)
        hidden, cell = torch.tanh(self.first_hidden(last[1])), torch.tanh(self.first_cell(last[1]))
        embedded, found = self.target(opened), []
        for x in embedded.unbind(1):
            scores = torch.tanh(keys + self.query(hidden)[:, None]) @ self.score  # [B, S]
            weights = scores.masked_fill(padding, float("-inf")).softmax(-1)
            context = (weights[:, None] @ states)[:, 0]
            hidden, cell = self.cell(torch.cat([x, context], -1), (hidden, cell))
            found.append(torch.cat([hidden, x, context], -1))
        return self.output(torch.tanh(self.readout(torch.stack(found, 1))))


class Transformer(nn.Module):
    """Vaswani et al. 2017, with `nn.Transformer`. Source, target and output share an embedding."""

    def __init__(self, vocabulary, units, depth, heads, inner_units, dropout, **_):
        super().__init__()
        self.embedding, self.drop = nn.Embedding(vocabulary, units), nn.Dropout(dropout)
        nn.init.normal_(self.embedding.weight, std=units**-0.5)
        self.stacks = nn.Transformer(
            units, heads, depth, depth, inner_units, dropout, batch_first=True
        )
        # The paper has no norm after the stacks.
        self.stacks.encoder.norm = self.stacks.decoder.norm = None
        rates = torch.exp(torch.arange(0, units, 2) * (-math.log(10_000) / units))
        angles = torch.arange(LONGEST)[:, None] * rates
        self.register_buffer("positions", torch.cat([angles.sin(), angles.cos()], -1))
        self.scale = units**0.5

    def embed(self, ids):
        return self.drop(self.embedding(ids) * self.scale + self.positions[: ids.shape[1]])

    def forward(self, source, lengths, opened):
        padding = torch.zeros(source.shape, device=source.device).masked_fill(
            source == 0, float("-inf")
        )
        causal = nn.Transformer.generate_square_subsequent_mask(
            opened.shape[1], device=source.device
        )
        x = self.stacks(
            self.embed(source),
            self.embed(opened),
            tgt_mask=causal,
            tgt_is_causal=True,
            src_key_padding_mask=padding,
            memory_key_padding_mask=padding,
        )
        return x @ self.embedding.weight.T


class T5(nn.Module):
    """transformers' T5."""

    def __init__(self, vocabulary, units, depth, heads, inner_units, dropout, **_):
        super().__init__()
        from transformers import T5Config, T5ForConditionalGeneration

        self.model = T5ForConditionalGeneration(
            T5Config(
                vocab_size=vocabulary,
                d_model=units,
                d_kv=units // heads,
                d_ff=inner_units,
                num_layers=depth,
                num_heads=heads,
                dropout_rate=dropout,
                decoder_start_token_id=0,
                use_cache=False,
            )
        )

    def forward(self, source, lengths, opened):
        return self.model(
            input_ids=source, attention_mask=(source != 0).long(), decoder_input_ids=opened
        ).logits


MODELS = {
    "LSTM": LSTMSeq2Seq,
    "Bahdanau": Bahdanau,
    "nn.Transformer": Transformer,
    "transformers T5": T5,
}
