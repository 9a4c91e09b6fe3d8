"""Worker: decodes with CTranslate2. It runs in the peers' environment, which has no zoo."""

import json
import pathlib

from worker import cores, serve


def converted(folder, precision):
    """Converts the checkpoint with CTranslate2's own loader. Tokens are named by their ids."""
    import transformers
    from ctranslate2.converters import transformers as converters

    out = pathlib.Path(folder) / f"ctranslate2_{precision}"
    if not (out / "model.bin").is_file():
        model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder)
        loader, kind = (
            converters._MODEL_LOADERS[type(model.config).__name__],
            model.config.model_type,
        )
        model.config.normalize_before, model.config.normalize_embedding = (
            False,
            kind == "bart",
        )  # the loader reads them
        if kind == "marian":
            spec = converters.BartLoader.get_model_spec(
                loader, model
            )  # Marian's own expects padding to be the last id
            spec.decoder.start_from_zero_embedding = False
        else:
            spec = loader.get_model_spec(model)
        names = [name(i) for i in range(model.config.vocab_size)]
        spec.register_source_vocabulary(names)
        spec.register_target_vocabulary(names)
        spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = (
            name(3),
            name(1),
            name(2),
        )
        spec.config.decoder_start_token, spec.config.add_source_eos = (
            name(model.config.decoder_start_token_id),
            False,
        )
        spec.validate()
        spec.optimize(None if precision == "float32" else precision)
        out.mkdir(exist_ok=True)
        spec.save(str(out))
    return str(out)


def name(i):
    """A token's name: its id, except for the tokens that CTranslate2 knows by name."""
    return {0: "<pad>", 1: "<s>", 2: "</s>", 3: "<unk>"}.get(i, str(i))


def load(folder, beam, rows, max_length, precision, streams=False):
    """As in `decode_zoo`. `streams` decodes one batch per core, not one batch on all cores."""
    import ctranslate2

    path, count = converted(folder, precision), cores()
    threads = (
        dict(inter_threads=count, intra_threads=1)
        if streams
        else dict(inter_threads=1, intra_threads=count)
    )
    translator, ids = ctranslate2.Translator(path, "cpu", **threads), {name(i): i for i in range(4)}
    start = json.loads((pathlib.Path(folder) / "config.json").read_text())["decoder_start_token_id"]
    never = [[name(i)] for i in sorted({0, start})]

    def decode(sources):
        found = translator.translate_batch(
            [[name(i) for i in source] for source in sources],
            max_batch_size=rows,
            beam_size=beam,
            min_decoding_length=0,
            max_decoding_length=max_length,
            length_penalty=1.0,
            suppress_sequences=never,
        )
        return [
            [ids[token] if token in ids else int(token) for token in best.hypotheses[0]]
            for best in found
        ]

    return decode


if __name__ == "__main__":
    serve(load)
