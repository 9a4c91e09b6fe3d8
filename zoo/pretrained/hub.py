"""Where a checkpoint is: in a folder, or on the Hugging Face hub, whose client keeps a cache.

Only configs, tokenizers' files and safetensors are asked for; with HF_HUB_OFFLINE=1 only the cache
is read.
"""

import pathlib
import re

from zoo.errors import ZooError, first_line
from zoo.files import expanded

PATTERNS = (
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "model-*-of-*.safetensors",
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "preprocessor_config.json",
    "processor_config.json",
    "spiece.model",
    "source.spm",
    "target.spm",
    "vocab.json",
    "target_vocab.json",
    "merges.txt",
    "zoo_tokenizers.json",
)
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


def fetch(name):
    """The folder of a checkpoint.

    Args:
        name: path of a folder, or OWNER/NAME of a hub repository, which is downloaded if the cache
            lacks it.

    Returns:
        `pathlib.Path`.

    Raises:
        ZooError: neither; or the hub has no such repository, guards it, or cannot be reached.
    """
    folder = expanded(name)
    if str(name) and folder.is_dir():
        return folder
    if folder.is_file():
        raise ZooError(f"{name} is a file; give the folder of a checkpoint")
    if not REPOSITORY.fullmatch(str(name)):
        raise ZooError(
            f"'{name}' is neither a folder nor a hub repository, named OWNER/NAME as in "
            "google-t5/t5-small"
        )
    from huggingface_hub import constants, errors, snapshot_download

    try:
        return pathlib.Path(snapshot_download(str(name), allow_patterns=list(PATTERNS)))
    except errors.GatedRepoError as error:
        raise ZooError(
            f"'{name}' is gated: accept its terms on https://huggingface.co/{name}, "
            "then `hf auth login`"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise ZooError(
            f"there is no folder '{name}', and the hub has no repository of this name that you may "
            "read; for a private one: hf auth login"
        ) from error
    except errors.HFValidationError as error:
        raise ZooError(
            f"'{name}' is not the name of a hub repository: {first_line(error)}"
        ) from error
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled) as error:
        if constants.HF_HUB_OFFLINE:
            raise ZooError(
                f"'{name}' is not in the hub's cache, and HF_HUB_OFFLINE forbids downloading it; "
                "unset it, or name a folder"
            ) from error
        raise ZooError(
            f"'{name}' is not a folder, is not in the hub's cache, and the hub cannot be reached; "
            "is there a network?"
        ) from error
    except Exception as error:  # HTTP errors of several libraries, a full disk
        raise ZooError(
            f"'{name}' cannot be downloaded ({type(error).__name__}: {first_line(error)})"
        ) from error
