"""Worker: decodes with transformers. It runs in the peers' environment, which has no zoo."""

import os

from worker import serve


def load(folder, beam, rows, max_length, precision):
    """As in `decode_zoo`: sources sorted by length, in batches padded to their longest."""
    import torch
    import transformers

    torch.set_num_threads(os.cpu_count())
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    model.generation_config.forced_eos_token_id = None  # an output that is cut ends in no end token with the others either
    options = dict(max_new_tokens=max_length, num_beams=beam, do_sample=False, early_stopping=beam > 1, length_penalty=1.0,
                   suppress_tokens=[0, 1])

    def decode(sources):
        order, outputs = sorted(range(len(sources)), key=lambda i: -len(sources[i])), [None] * len(sources)
        for first in range(0, len(order), rows):
            chosen = order[first:first + rows]
            longest = len(sources[chosen[0]])
            ids = torch.tensor([sources[i] + [0] * (longest - len(sources[i])) for i in chosen])
            with torch.inference_mode():
                found = model.generate(ids, attention_mask=(ids != 0).long(), **options)
            for i, row in zip(chosen, found[:, 1:].tolist()):
                outputs[i] = row[:row.index(2)] if 2 in row else [token for token in row if token]
        return outputs

    return decode


if __name__ == "__main__":
    serve(load)
