"""Tensors of a checkpoint by key, read from safetensors one at a time, and written.

A checkpoint is one file, model.safetensors, or several that model.safetensors.index.json lists.
Nothing pickled is read: whoever made a pytorch_model.bin could run any program here.
"""

import json
import os
import pathlib

import numpy as np

from zoo import files
from zoo.errors import ZooError, first_line
from zoo.files import write_text

FILE, INDEX = "model.safetensors", "model.safetensors.index.json"
LARGEST = 2 * 10**9  # bytes of a file
DTYPES = ("F32", "F16", "BF16")  # what is read, as safetensors names them
PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
CONVERT = (  # {} is the model's class
    'convert where you trust it: python -c "from transformers import AutoTokenizer as T, {} as M; '
    "[x.from_pretrained('NAME').save_pretrained('FOLDER') for x in (T, M)]\""
)


class Tensors:
    """The tensors of a folder, opened and not yet read.

    Args:
        folder: path of a checkpoint.
        kind: the class of transformers that can convert its pickled weights.

    Raises:
        ZooError: no safetensors in it, a broken header, a truncated file, a missing shard, or an
            index that names a tensor which its file lacks.
    """

    def __init__(self, folder, kind="AutoModelForSeq2SeqLM"):
        self.folder, self._open = pathlib.Path(folder), {}
        index = self.folder / INDEX
        if (self.folder / FILE).is_file():
            self._file_of = dict.fromkeys(self._opened(FILE).keys(), FILE)
        elif index.is_file():
            self._file_of = self._read_index(index)
        else:
            pickled = sorted(p.name for pattern in PICKLED for p in self.folder.glob(pattern))
            reason = (
                f", and {pickled[0]} is pickled, which is never read; {CONVERT.format(kind)}"
                if pickled
                else (
                    "; if it was published as pytorch_model.bin only, which is never read, "
                    f"{CONVERT.format(kind)}"
                )
            )
            raise ZooError(f"{self.folder} has no {FILE}{reason}")

    def keys(self):
        """Keys of all tensors, sorted."""
        return sorted(self._file_of)

    def shape(self, key):
        """Shape of a tensor as a tuple; nothing is read."""
        return tuple(self._slice(key).get_shape())

    def dtype(self, key):
        """Type of a tensor as safetensors names it, such as "BF16"; nothing is read."""
        return self._slice(key).get_dtype()

    def read(self, key):
        """A tensor as float32. Raises `ZooError` unless it has finite floats of 16 or 32 bits."""
        if self.dtype(key) not in DTYPES:
            raise ZooError(
                f"{self.folder / self._file_of[key]}: {key} is of type {self.dtype(key)}, "
                f"and only {', '.join(DTYPES)} are read"
            )
        tensor = self._opened(self._file_of[key]).get_tensor(key).astype("float32")
        if not np.isfinite(tensor).all():
            raise ZooError(
                f"{self.folder / self._file_of[key]}: {key} has values that are not finite"
            )
        return tensor

    def _slice(self, key):
        return self._opened(self._file_of[key]).get_slice(key)

    def _opened(self, name):
        from safetensors import SafetensorError, safe_open

        if name not in self._open:
            try:
                self._open[name] = safe_open(self.folder / name, framework="numpy")
            except (SafetensorError, OSError) as error:
                raise ZooError(
                    f"{self.folder / name} is broken or truncated ({first_line(error)}); "
                    "fetch it again"
                ) from error
        return self._open[name]

    def _read_index(self, path):
        file_of = read_json(path, {"weight_map": {...: str}})["weight_map"]
        if not all(pathlib.Path(name).name == name for name in file_of.values()):
            raise ZooError(f"{path} is broken: weight_map must name files in the same folder")
        for name in sorted(set(file_of.values())):
            if not (self.folder / name).is_file():
                raise ZooError(f"{self.folder} lacks {name}, which {INDEX} lists; fetch it again")
            absent = {key for key, file in file_of.items() if file == name} - set(
                self._opened(name).keys()
            )
            if absent:
                raise ZooError(f"{path} says that {name} holds {listed(absent)}, and it does not")
        return file_of


def write(
    tensors: dict[str, np.ndarray], folder: str | os.PathLike, largest: int | str = LARGEST
) -> None:
    """Writes tensors to model.safetensors, or to several files with an index.

    Args:
        tensors: arrays by key.
        folder: path.
        largest: the most bytes of a file.
    """
    from huggingface_hub import split_state_dict_into_shards_factory
    from safetensors.numpy import save_file

    whole = {key: np.ascontiguousarray(tensor) for key, tensor in tensors.items()}
    split = split_state_dict_into_shards_factory(
        whole,
        get_storage_size=lambda tensor: tensor.nbytes,
        filename_pattern="model{suffix}.safetensors",
        max_shard_size=largest,
    )
    folder = pathlib.Path(folder)
    for name, keys in split.filename_to_tensors.items():
        part = {key: whole[key] for key in keys}
        save_file(part, folder / name, metadata={"format": "pt"})
        (folder / name).chmod(0o644)
    if split.is_sharded:
        index = {"metadata": split.metadata, "weight_map": split.tensor_to_filename}
        write_text(folder / INDEX, json.dumps(index, indent=2, sort_keys=True) + "\n")


def read_json(path, fields=dict):
    """The object of a JSON file of a checkpoint. Raises `ZooError` if it is missing or broken.

    `fields` is as in `zoo.files.read_json`.
    """
    path = pathlib.Path(path)
    try:
        return files.read_json(path, fields)
    except FileNotFoundError:
        raise ZooError(f"{path.parent} has no {path.name}, so it is not a checkpoint") from None
    except OSError as error:
        raise ZooError(f"{path} cannot be read: {error.strerror}") from error


def listed(names, most=4):
    """The first few of some names, and how many more there are."""
    names = sorted(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
