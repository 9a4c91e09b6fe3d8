"""Sources as unit vectors, whose products say how similar two sources are."""

import numpy as np
from scipy import sparse

SEGMENTS = 8  # parts of a source of frames, each of which is averaged


def text_features(tokenizer, known, asked):
    """Unit vectors of tf-idf, sparse [N, W] of each list of texts. `known` alone says what counts.

    Args:
        tokenizer: of the texts.
        known, asked: lists of str.
    """
    words: dict = {}
    counts = []
    for texts in (known, asked):
        rows, columns = [], []
        for row, ids in enumerate(tokenizer.encode_batch(texts)):
            ids = list(ids)[:-1]  # every text ends
            for key in [*ids, *zip(ids, ids[1:])]:
                if texts is known or key in words:
                    rows.append(row)
                    columns.append(words.setdefault(key, len(words)))
        cells = np.ones(len(rows)), (rows, columns)
        counts.append(sparse.csr_matrix(cells, (len(texts), len(words))))
    seen = np.bincount((counts[0] > 0).nonzero()[1], minlength=len(words))
    weights = sparse.diags_array(np.log((1 + len(known)) / (1 + seen)) + 1)
    return [unit_rows(sparse.csr_matrix(found @ weights)) for found in counts]


def unit_rows(matrix):
    """A sparse matrix whose rows have length 1, if they are not empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1))).ravel()
    return sparse.csr_matrix(sparse.diags_array(1 / np.maximum(lengths, 1e-12)) @ matrix)


def frame_features(front_end, known, asked):
    """Unit vectors of the mean frames of each part of a source, float [N, SEGMENTS F]."""
    found = []
    for sources in (known, asked):
        rows = [
            np.concatenate([part.mean(axis=0) for part in parts_of(frames)])
            for frames in front_end.encode_batch(sources)
        ]
        found.append(np.stack(rows))
    centre = found[0].mean(axis=0)
    return [(x - centre) / np.linalg.norm(x - centre, axis=1, keepdims=True) for x in found]


def parts_of(frames):
    """`SEGMENTS` stretches of frames [S, F] of about the same length, none of them empty."""
    edges = np.linspace(0, len(frames), SEGMENTS + 1).astype(int)
    starts = np.minimum(edges[:-1], len(frames) - 1)
    return [frames[low : max(low + 1, high)] for low, high in zip(starts, edges[1:])]
