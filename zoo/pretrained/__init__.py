"""Public checkpoints of T5, BART, Marian and GPT-2: read into the zoo's models, and written."""

from zoo.pretrained.folder import from_pretrained, save_pretrained

__all__ = ["from_pretrained", "save_pretrained"]
