"""Recurrent variants against torch.nn with the same weights, over padded batches: logits, states
and gradients.

torch.nn.LSTM has the equations of ours, so the whole LSTM Seq2Seq is rebuilt. The candidate of
torch.nn.GRU is tanh(W x + b + r * (U h + b')), that of the encoder of Cho et al. 2014 tanh(W x + U
(r * h)). They are one function where U is diagonal, and there the paper's encoder is compared;
`reset_after=True` is torch's form, compared with any weights. The paper's decoder, r * (U h + C c),
is torch's with C c, the same over a whole target, for the hidden bias: it is compared row by row.
So is the plain tanh unit, which is torch.nn.RNN.
"""

import numpy as np
import pytest
import tensorflow as tf
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from tests.contract.conftest import ids, make
from tests.models.reference.parts import weights

TOLERANCE = 1e-5
tensor = lambda x: torch.tensor(np.ascontiguousarray(x, "float32"))


def load(recurrent, kernel, hidden_kernel, bias, hidden_bias, order):
    """Fills a one-layer torch module with Keras' kernels [F, G D]; torch's are transposed, with the
    gates in `order`.
    """
    gates = len(order)

    def arranged(x):
        return tensor(np.concatenate([np.split(x, gates, -1)[i] for i in order], -1).T)

    with torch.no_grad():
        recurrent.weight_ih_l0.copy_(arranged(kernel))
        recurrent.weight_hh_l0.copy_(arranged(hidden_kernel))
        recurrent.bias_ih_l0.copy_(arranged(bias))
        recurrent.bias_hh_l0.copy_(
            arranged(np.zeros_like(bias) if hidden_bias is None else hidden_bias)
        )
    return recurrent


LSTM_ORDER, GRU_ORDER, PLAIN = (
    (0, 1, 2, 3),
    (1, 0, 2),
    (0,),
)  # Keras has input, forget, candidate, output; update, reset, candidate


def lstms(w, side, depth, units):
    """One torch.nn.LSTM a layer."""
    return [
        load(
            torch.nn.LSTM(units, units, batch_first=True),
            w[f"{side}_{i}/cell/kernel"],
            w[f"{side}_{i}/cell/recurrent_kernel"],
            w[f"{side}_{i}/cell/bias"],
            None,
            LSTM_ORDER,
        )
        for i in range(depth)
    ]


def packed(x, lengths):
    return pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)


@pytest.mark.parametrize("reverse", [True, False])
def test_lstm_seq2seq_equals_torch_in_logits_and_gradients(parity, reverse):
    model = make("lstm_seq2seq_nano", reverse=reverse)
    source, target = ids(rows=6, source=12, target=9)
    lengths, w = (source != 0).sum(1), weights(model)
    seed = (
        np.random.default_rng(2)
        .standard_normal((*target.shape, model.target_vocabulary))
        .astype("float32")
    )
    with tf.GradientTape() as tape:
        logits = model((source, target))
        loss = tf.reduce_sum(logits * seed)
    paths = [v.path.split("/", 1)[1] for v in model.trainable_variables]
    ours = dict(
        zip(paths, map(tf.convert_to_tensor, tape.gradient(loss, model.trainable_variables)))
    )

    order = source.copy()
    for row, n in enumerate(
        lengths
    ):  # torch reads forwards, so the source is turned within its length
        order[row, :n] = source[row, :n][::-1] if reverse else source[row, :n]
    tables = {
        name: tensor(w[f"{name}/embeddings"]).requires_grad_()
        for name in ("source_embedding", "target_embedding")
    }
    kernel, bias = (
        tensor(w["output/kernel"]).requires_grad_(),
        tensor(w["output/bias"]).requires_grad_(),
    )
    encoder, decoder = (lstms(w, side, model.depth, model.units) for side in ("encoder", "decoder"))
    x, y = packed(tables["source_embedding"][order], lengths), tables["target_embedding"][target]
    for reads, writes in zip(encoder, decoder):
        x, state = reads(x)
        y, _ = writes(y, state)
    expected = y @ kernel + bias
    parity(
        "lstm_seq2seq",
        "torch.nn.LSTM",
        f"logits, reverse={reverse}",
        logits,
        expected.detach(),
        TOLERANCE,
    )

    (expected * tensor(seed)).sum().backward()
    theirs = {f"{name}/embeddings": x.grad for name, x in tables.items()}
    theirs |= {"output/kernel": kernel.grad, "output/bias": bias.grad}
    for side, layers in (("encoder", encoder), ("decoder", decoder)):
        for i, layer in enumerate(layers):
            theirs |= {
                f"{side}_{i}/cell/kernel": layer.weight_ih_l0.grad.T,
                f"{side}_{i}/cell/bias": layer.bias_ih_l0.grad,
                f"{side}_{i}/cell/recurrent_kernel": layer.weight_hh_l0.grad.T,
            }
    assert theirs.keys() == ours.keys()
    for path, gradient in theirs.items():
        parity(
            "lstm_seq2seq",
            "torch.nn.LSTM",
            f"gradients, reverse={reverse}",
            ours[path],
            gradient,
            TOLERANCE,
        )


@pytest.mark.parametrize("reset_after", [True, False])
def test_the_encoder_of_cho_equals_torch(parity, reset_after):
    model = make("rnn_encoder_decoder_nano", reset_after=reset_after)
    source, _ = ids(rows=6, source=12)
    lengths, units = (source != 0).sum(1), model.units
    if not reset_after:  # r * h through a diagonal matrix is r * the product
        recurrent = model.encoder.cell.recurrent_kernel
        value = np.array(recurrent)
        value[:, 2 * units :] *= np.eye(units)
        recurrent.assign(value)
    w = weights(model)
    memory, bias = model.encode(source), w["encoder/gru_cell/bias"].reshape(-1, 3 * units)
    gru = load(
        torch.nn.GRU(model.embedding_units, units, batch_first=True),
        w["encoder/gru_cell/kernel"],
        w["encoder/gru_cell/recurrent_kernel"],
        bias[0],
        bias[1] if reset_after else None,
        GRU_ORDER,
    )
    with torch.no_grad():
        states, last = gru(packed(tensor(w["source_embedding/embeddings"][source]), lengths))
        states = pad_packed_sequence(states, batch_first=True)[0]
        summary = torch.tanh(last[0] @ tensor(w["summary/kernel"]) + tensor(w["summary/bias"]))
    compared = f"encoder, reset_after={reset_after}" + ("" if reset_after else ", diagonal U")
    real = (source != 0)[..., None]
    parity(
        "rnn_encoder_decoder",
        "torch.nn.GRU",
        compared,
        np.asarray(memory.states) * real,
        states * real,
        TOLERANCE,
    )
    parity("rnn_encoder_decoder", "torch.nn.GRU", compared, memory.final[0], summary, TOLERANCE)


def test_the_plain_encoder_equals_torch_in_states_and_gradients(parity):
    model = make("rnn_encoder_decoder_nano", cell="tanh")
    source, _ = ids(rows=6, source=12)
    lengths, w = (source != 0).sum(1), weights(model)
    cell, real = "encoder/simple_rnn_cell", (source != 0)[..., None]
    seed = np.random.default_rng(2).standard_normal((*source.shape, model.units)).astype("float32")
    with tf.GradientTape() as tape:
        states = model.encode(source).states
        loss = tf.reduce_sum(states * (seed * real))
    rnn = load(
        torch.nn.RNN(model.embedding_units, model.units, batch_first=True),
        w[f"{cell}/kernel"],
        w[f"{cell}/recurrent_kernel"],
        w[f"{cell}/bias"],
        None,
        PLAIN,
    )
    embedded = tensor(w["source_embedding/embeddings"][source])
    theirs = pad_packed_sequence(rnn(packed(embedded, lengths))[0], batch_first=True)[0]
    (theirs * tensor(seed)).sum().backward()
    expected = theirs.detach()
    parity(
        "rnn_encoder_decoder",
        "torch.nn.RNN",
        "encoder, cell=tanh",
        np.asarray(states) * real,
        expected,
        TOLERANCE,
    )
    ours = tape.gradient(loss, model.encoder.trainable_variables)
    for gradient, parameter in zip(ours, (rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0)):
        parity(
            "rnn_encoder_decoder",
            "torch.nn.RNN",
            "gradients of the encoder, cell=tanh",
            gradient,
            parameter.grad.T,
            TOLERANCE,
        )


@pytest.mark.parametrize("cell", ["gru", "tanh"])
def test_the_decoder_of_cho_equals_torch_with_the_summary_for_a_hidden_bias(parity, cell):
    model = make("rnn_encoder_decoder_nano", cell=cell)
    unit, order = (torch.nn.GRU, GRU_ORDER) if cell == "gru" else (torch.nn.RNN, PLAIN)
    source, target = ids(rows=6, source=12, target=9)
    w, memory = weights(model), model.encode(source)
    summary, first = (np.asarray(x, "float64") for x in memory.final)
    embedded = w["target_embedding/embeddings"][target]
    logits = np.asarray(model.decode(target, memory)[0])
    for row in range(len(source)):
        recurrent = load(
            unit(model.embedding_units, model.units, batch_first=True),
            w["decoder/kernel/kernel"],
            w["decoder/recurrent"],
            w["decoder/kernel/bias"],
            summary[row] @ w["decoder/context/kernel"],
            order,
        )
        with torch.no_grad():
            inputs = tensor(embedded[row : row + 1]), tensor(first[row][None, None])
            hidden = recurrent(*inputs)[0][0].numpy()
        repeated = np.repeat(summary[row : row + 1], len(hidden), 0)
        x = np.concatenate([hidden, embedded[row], repeated], -1)
        x = x @ w["readout/linear/kernel"] + w["readout/linear/bias"]
        maxout = np.maximum(x[:, ::2], x[:, 1::2]) @ w["output_rank/kernel"]
        expected = maxout @ w["output/kernel"] + w["output/bias"]
        parity(
            "rnn_encoder_decoder",
            f"torch.nn.{unit.__name__}",
            "logits, decoder" + ("" if cell == "gru" else ", cell=tanh"),
            logits[row],
            expected,
            TOLERANCE,
        )
