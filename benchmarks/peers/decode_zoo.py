"""Worker: decodes with the zoo. See `benchmarks.peers.worker` for what workers read and write."""

import pathlib

from benchmarks.peers.weights import read
from benchmarks.peers.worker import by_length, serve


def load(folder, beam, rows, max_length, precision):
    """Returns a function from sources, which end with the end token, to outputs without it.

    Args:
        folder: path of the model's folder.
        beam: int, 1 for greedy search.
        rows: int, sources per batch.
        max_length: int, the maximum number of tokens in an output.
        precision: "float32" or another of the zoo's precisions. Some peers have float32 only.
    """
    from zoo.decoding import Beam, Greedy, generate

    model = read(pathlib.Path(folder), None if precision == "float32" else precision)
    strategy = Greedy() if beam == 1 else Beam(beam, 1.0, formula="power", early_stopping=True)

    def decode(sources):
        return [best[0].ids for best in generate(model, sources, strategy, max_length, rows=rows)]

    if rows == 1:  # one source after the other, for the latency
        return lambda sources: by_length(decode, sources, 1)
    return decode


if __name__ == "__main__":
    serve(load)
