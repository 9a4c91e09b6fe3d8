"""Public checkpoints of T5, BART, Marian, GPT-2 and Whisper: read into models, and written."""

from zoo.pretrained.folder import from_pretrained, save_pretrained

__all__ = ["from_pretrained", "save_pretrained"]
