"""LSTM layers that step first and attend afterwards, fed what they found (Luong et al. 2015)."""

import keras
from keras import ops

from zoo.layers.loop import recurrent_loop
from zoo.layers.lstm import LSTM, fed_cells, fed_weights
from zoo.layers.luong_attention import LuongAttention


class LuongDecoder(keras.layers.Layer):
    """LSTM layers, attention of the top one's new state, and the attentional vector.

    D is the width of everything.

    Args:
        units: int, D.
        depth: int, LSTM layers.
        score, half_width: see `LuongAttention`.
        input_feeding: bool, whether the attentional vector joins the next step's input.
        **kwargs: `name` and `dtype` of the layer.

    Call arguments:
        inputs: float [B, T, D], embedded target tokens.
        memory: `LuongMemory`, from `prepare`.
        state: one pair of float [B, D] per layer, the first hidden and cell states.

    Returns:
        attentional vectors [B, T, D] and attention weights [B, T, S].
    """

    def __init__(self, units, depth, score, half_width, input_feeding, **kwargs):
        super().__init__(autocast=False, **kwargs)  # bfloat16 cannot hold a source's length
        self.units, self.input_feeding = units, input_feeding
        dtype = self.dtype_policy
        self.lstms = [LSTM(units, name=f"lstm_{i}", dtype=dtype) for i in range(depth)]
        self.attention = LuongAttention(units, score, half_width, name="attention", dtype=dtype)

    def build(self, input_shape=None):
        for i, lstm in enumerate(self.lstms):
            fed = i == 0 and self.input_feeding
            lstm.build((None, None, 2 * self.units if fed else self.units))
        self.attention.build()
        self.built = True

    def prepare(self, memory):
        """`Memory` -> `LuongMemory`, computed once per source."""
        if not self.built:  # the memory is prepared before the layer is first called
            self.build()
        return self.attention.prepare(memory)

    def call(self, inputs, memory=None, state=None):
        if not self.input_feeding:
            for lstm, layer_state in zip(self.lstms, state):
                inputs, _ = lstm(inputs, state=layer_state)  # [B, T, D]
            return self.attention.attend(inputs, memory, self.attention.weights_for_loop())

        def step(gates, state, shared):
            (fed, _, pairs), (memory, matrices, cells) = state, shared
            hidden, pairs = fed_cells(gates, fed, pairs, cells)
            fed, weights = self.attention.attend(hidden[:, None], memory, matrices)
            return fed[:, 0], weights[:, 0], pairs

        of_inputs, cells = fed_weights(self.lstms, self.units)
        # The embeddings' share of the gates is known before the loop: [T, B, 4D].
        gates = ops.matmul(ops.transpose(inputs, (1, 0, 2)), of_inputs)
        no_weights = ops.zeros_like(memory.states[:, :, 0])
        first = ops.zeros_like(inputs[:, 0]), no_weights, state
        shared = memory, self.attention.weights_for_loop(), cells
        attentional, attention, _ = recurrent_loop(step, gates, first, shared)
        return ops.transpose(attentional, (1, 0, 2)), ops.transpose(attention, (1, 0, 2))

    def step(self, inputs, memory, fed, state):
        """One step.

        Args:
            inputs: float [B, K, D].
            memory: `LuongMemory`.
            fed: float [B, K, D], the last attentional vector.
            state: one pair of float [B, K, D] per layer.

        Returns:
            the attentional vector [B, K, D], attention weights [B, K, S] and the layers' states.
        """
        if self.input_feeding:
            of_inputs, cells = fed_weights(self.lstms, self.units)
            hidden, after = fed_cells(ops.matmul(inputs, of_inputs), fed, state, cells)
        else:
            hidden, after = inputs, []
            for lstm, layer_state in zip(self.lstms, state):
                hidden, layer_state = lstm.step(hidden, layer_state)
                after.append(layer_state)
        matrices = self.attention.weights_for_loop()
        return *self.attention.attend(hidden, memory, matrices), tuple(after)
