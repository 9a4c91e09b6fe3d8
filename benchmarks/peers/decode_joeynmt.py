"""Worker: decodes with Joey NMT. It runs in the peers' environment, which has no zoo."""

import json
import pathlib
from types import SimpleNamespace

from worker import by_length, padded, serve, threads, until_end

FEED = {"feed_norm": "feed_forward.layer_norm", "feed_forward": "feed_forward.pwff_layer"}
LAYERS = {
    "encoder": FEED | {"self_norm": "layer_norm", "self_attention": "src_src_att"},
    "decoder": FEED
    | {
        "self_norm": "x_layer_norm",
        "self_attention": "trg_trg_att",
        "cross_norm": "dec_layer_norm",
        "cross_attention": "src_trg_att",
    },
}
PARTS = {
    "query": "q_layer",
    "key": "k_layer",
    "value": "v_layer",
    "output": "output_layer",
    "inner": "0",
    "outer": "3",
}


def weights(tensors):
    """The zoo's tensors by Joey NMT's names for them."""
    shared = tensors["target_embedding/embeddings"]
    found = {
        f"{key}.weight": shared
        for key in ("src_embed.lut", "trg_embed.lut", "decoder.output_layer")
    }
    for path, tensor in tensors.items():
        if "/block_" in path:
            stack, block, *layer, kind = path.split("/")
            name = LAYERS[stack][layer[0]] + "".join(f".{PARTS[part]}" for part in layer[1:])
            weight = "bias" if kind in ("bias", "beta") else "weight"
            found[f"{stack}.layers.{block.removeprefix('block_')}.{name}.{weight}"] = (
                tensor.T if kind == "kernel" else tensor
            )
    return found


class Vocabulary(list):
    """A vocabulary with the zoo's special ids. Joey NMT's own puts the unknown token first."""

    pad_index, bos_index, eos_index, unk_index, sep_index = 0, 1, 2, 3, None
    specials, lang_tags = (), []


def load(folder, beam, rows, max_length, precision):
    """As in `decode_zoo`. Joey NMT's beam follows other rules."""
    import torch
    from joeynmt.model import build_model
    from joeynmt.search import search
    from safetensors.torch import load_file

    torch.set_num_threads(threads())
    config = json.loads((pathlib.Path(folder) / "config.json").read_text())
    units, vocabulary = config["units"], Vocabulary(range(config["target_vocabulary"]))
    stack = dict(
        type="transformer",
        hidden_size=units,
        ff_size=config["inner_units"],
        num_layers=config["depth"],
        num_heads=config["heads"],
        layer_norm="post",
        embeddings=dict(embedding_dim=units, scale=True),
    )
    model = build_model(
        dict(encoder=stack, decoder=stack, tied_embeddings=True, tied_softmax=True),
        vocabulary,
        vocabulary,
    )
    tensors = weights(load_file(pathlib.Path(folder) / "model.safetensors"))
    for name in ("encoder", "decoder"):  # positions are computed, not learned
        tensors[f"{name}.pe.pe"] = getattr(model, name).pe.pe
    model.load_state_dict(tensors)
    model.eval()

    def decode(sources):
        ids = torch.tensor(padded(sources))
        batch = SimpleNamespace(
            src=ids,
            src_length=torch.tensor(list(map(len, sources))),
            src_mask=(ids != 0)[:, None],
            has_trg=False,
        )
        found, _, _ = search(model, batch, max_length, beam, 1.0, min_output_length=0)
        return [until_end(row, 2) for row in found.tolist()]

    return lambda sources: by_length(decode, sources, rows)


if __name__ == "__main__":
    serve(load)
