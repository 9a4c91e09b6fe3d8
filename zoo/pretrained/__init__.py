"""Public checkpoints of T5, BART and Marian: read into the zoo's models, and written from them."""

from zoo.pretrained.folder import from_pretrained, save_pretrained

__all__ = ["from_pretrained", "save_pretrained"]
