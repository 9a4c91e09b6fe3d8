"""Worker: trains a model of `pytorch_models` in PyTorch, with fused Adam, batches padded to their
longest sentence, on a card if there is one.

It runs in the peers' environment, which has no zoo.
"""

import json
import pathlib

from worker import serve, threads


def load(model, arguments, start_id, precision="float32"):
    """Returns a function that trains on a file of batches, given its path; see `train_zoo`."""
    import torch
    from pytorch_models import MODELS
    from torch import nn

    torch.set_num_threads(threads())
    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda":
        torch.set_float32_matmul_precision("high")  # TensorFloat-32, as TensorFlow takes it
    network = MODELS[model](**arguments).to(device)
    optimizer = torch.optim.Adam(
        network.parameters(), lr=1e-3, betas=(0.9, 0.98), eps=1e-9, fused=True
    )

    def padded(rows):
        return nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)

    def train(path):
        network.train()
        total = tokens = 0
        for sources, targets in json.loads(pathlib.Path(path).read_text()):
            source, target = padded(sources).to(device), padded(targets).to(device)
            opened = torch.cat([torch.full_like(target[:, :1], start_id), target[:, :-1]], 1)
            with torch.autocast(device, torch.bfloat16, enabled=precision != "float32"):
                logits = network(source, torch.tensor([len(row) for row in sources]), opened)
            count = (target != 0).sum()
            loss = nn.functional.cross_entropy(
                logits.float().flatten(0, 1),
                target.flatten(),
                ignore_index=0,
                label_smoothing=0.1,
                reduction="sum",
            )
            optimizer.zero_grad(set_to_none=True)
            (loss / count).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            total, tokens = total + loss.item(), tokens + count.item()
        return {
            "loss": total / tokens,
            "tokens": tokens,
            "parameters": sum(p.numel() for p in network.parameters()),
            "memory_gib": torch.cuda.max_memory_allocated() / 2**30 if device == "cuda" else 0.0,
        }

    return train


if __name__ == "__main__":
    serve(load)
