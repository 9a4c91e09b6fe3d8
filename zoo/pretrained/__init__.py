"""Public checkpoints of T5, BART and Marian: read into the zoo's models, and written from them."""

from zoo.pretrained.text_model import TextModel, from_pretrained, save_pretrained

__all__ = ["TextModel", "from_pretrained", "save_pretrained"]
