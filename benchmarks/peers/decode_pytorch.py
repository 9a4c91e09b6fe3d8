"""Worker: decodes recurrent models with a loop in PyTorch, for want of a library that has them.

It runs in the peers' environment, which has no zoo. Sources are sorted by length, and those that
are done leave their batch.
"""

import json
import pathlib

from worker import by_length, serve, threads, until_end

IMPOSSIBLE = float("-inf")


def load(folder, beam, rows, max_length, precision):
    """As in `decode_zoo`."""
    import torch
    from pytorch_decoders import MODELS
    from safetensors.torch import load_file

    torch.set_num_threads(threads())
    config = json.loads((pathlib.Path(folder) / "config.json").read_text())
    kind = next(name for name in MODELS if config["variant"].startswith(name))
    model = MODELS[kind](load_file(pathlib.Path(folder) / "model.safetensors")).eval()
    search = greedy if beam == 1 else beam_search

    def decode(sources):
        with torch.inference_mode():
            found = search(model, sources, max_length, beam, config["start_id"], config["end_id"])
        return [until_end(row, config["end_id"]) for row in found.tolist()]

    return lambda sources: by_length(decode, sources, rows)


def greedy(model, sources, max_length, beam, start, end):
    """Greedy search: int64 [B, L]."""
    import torch

    memory, state = model.encode(sources)
    outputs, living = (
        torch.zeros(len(sources), max_length, dtype=torch.long),
        torch.arange(len(sources)),
    )
    tokens = torch.full((len(sources), 1), start)
    for t in range(max_length):
        logits, state = model.step(tokens, memory, state)
        logits[:, [0, start]] = IMPOSSIBLE
        tokens = logits.argmax(-1, keepdim=True)
        outputs[living, t] = tokens[:, 0]
        go_on = (tokens[:, 0] != end).nonzero()[:, 0]
        if len(go_on) == 0:
            break
        if len(go_on) < len(living):
            living, tokens = living[go_on], tokens[go_on]
            memory, state = [x[go_on] for x in memory], [x[go_on] for x in state]
    return outputs


def beam_search(model, sources, max_length, beam, start, end):
    """Beam search: the hypothesis with the best mean log-probability, int64 [B, L].

    Of the 2 K best continuations, those among the first K that end are finished. The first K that
    do not end continue.
    """
    import torch

    memory, state = model.encode(sources)
    batch, places = len(sources), torch.arange(2 * beam)
    outputs, living = torch.zeros(batch, max_length, dtype=torch.long), torch.arange(batch)
    state = [x.repeat_interleave(beam, 0) for x in state]
    tokens = torch.zeros(batch, beam, max_length, dtype=torch.long)
    last, log_p = torch.full((batch, beam), start), torch.full((batch, beam), IMPOSSIBLE)
    log_p[:, 0] = 0.0
    finished, scores = torch.zeros_like(tokens), torch.full((batch, beam), IMPOSSIBLE)
    for t in range(max_length):
        logits, state = model.step(last, memory, state)
        logits += (log_p.flatten() - logits.logsumexp(-1))[:, None]
        logits[:, [0, start]] = IMPOSSIBLE
        vocabulary = logits.shape[-1]
        best, chosen = logits.view(len(living), -1).topk(2 * beam)  # [B, 2K]
        parents, following = chosen // vocabulary, chosen % vocabulary
        written = tokens.gather(1, parents[..., None].expand(-1, -1, max_length))
        written[..., t] = following
        ends = (following == end) | (t == max_length - 1)
        merged = torch.cat(
            [scores, torch.where(ends & (places < beam), best / (t + 1), IMPOSSIBLE)], 1
        )
        scores, kept = merged.topk(beam)
        finished = torch.cat([finished, written], 1).gather(
            1, kept[..., None].expand(-1, -1, max_length)
        )
        log_p, kept = torch.where(ends, IMPOSSIBLE, best).topk(beam)
        tokens = written.gather(1, kept[..., None].expand(-1, -1, max_length))
        last, rows = (
            following.gather(1, kept),
            parents.gather(1, kept) + torch.arange(len(living))[:, None] * beam,
        )
        done = (scores[:, -1] > IMPOSSIBLE) | (t == max_length - 1)
        outputs[living[done]] = finished[done, 0]
        if done.all():
            break
        if done.any():
            go_on = ~done
            living, tokens, last, log_p, finished, scores, rows = (
                x[go_on] for x in (living, tokens, last, log_p, finished, scores, rows)
            )
            memory = [x[go_on] for x in memory]
        state = [x[rows.flatten()] for x in state]
    return outputs


if __name__ == "__main__":
    serve(load)
