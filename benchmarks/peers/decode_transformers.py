"""Worker: decodes with transformers. It runs in the peers' environment, which has no zoo."""

from worker import by_length, padded, serve, threads, until_end


def load(folder, beam, rows, max_length, precision):
    """As in `decode_zoo`: sources sorted by length, in batches padded to their longest."""
    import torch
    import transformers

    torch.set_num_threads(threads())
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda":
        torch.set_float32_matmul_precision("high")  # TensorFloat-32, as TensorFlow takes it
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=precision)
    model = model.to(device).eval()
    # An output that is cut ends in no end token, as with the other libraries.
    model.generation_config.forced_eos_token_id = None
    end = model.config.eos_token_id
    options = dict(
        max_new_tokens=max_length,
        num_beams=beam,
        do_sample=False,
        early_stopping=beam > 1,
        length_penalty=1.0,
        suppress_tokens=sorted({0, model.config.decoder_start_token_id}),
    )

    def decode(sources):
        ids = torch.tensor(padded(sources))
        ids = ids.to(device)
        with torch.inference_mode():
            found = model.generate(ids, attention_mask=(ids != 0).long(), **options)
        return [until_end(row, end) for row in found[:, 1:].tolist()]

    return lambda sources: by_length(decode, sources, rows)


if __name__ == "__main__":
    serve(load)
