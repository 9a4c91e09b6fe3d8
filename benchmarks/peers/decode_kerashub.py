"""Worker: decodes BART with KerasHub, which reads the checkpoint itself. Runs beside the zoo.

Greedy only: KerasHub's beam search ranks by probability alone, and goes on with hypotheses that
have ended.
"""

from benchmarks.peers.worker import by_length, serve, until_end

# sources are padded to multiples of it, since every other length is traced and compiled again
WIDTH = 16


def load(folder, beam, rows, max_length, precision):
    """As in `decode_zoo`. Empty sources fill up the last batch."""
    import keras_hub
    import numpy as np

    backbone = keras_hub.models.BartBackbone.from_preset(folder)
    model = keras_hub.models.BartSeq2SeqLM(backbone)
    # Compiled as KerasHub does by default: by XLA where there is a GPU.
    model.compile(sampler="greedy")

    def decode(sources):
        ids = np.zeros((rows, -(-len(sources[0]) // WIDTH) * WIDTH), "int32")
        for row, source in zip(ids, sources):
            row[: len(source)] = source
        opened = np.zeros((rows, 1 + max_length), "int32")
        opened[:, 0] = 1
        found = model.generate(
            {
                "encoder_token_ids": ids,
                "encoder_padding_mask": ids != 0,
                "decoder_token_ids": opened,
                "decoder_padding_mask": opened != 0,
            },
            stop_token_ids=(2,),
        )["decoder_token_ids"]
        return [until_end(row, 2) for row in found[: len(sources), 1:].tolist()]

    return lambda sources: by_length(decode, sources, rows)


if __name__ == "__main__":
    serve(load)
