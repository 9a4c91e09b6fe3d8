"""Uploads a trained model to the Hugging Face hub."""

import pathlib
import tempfile

from zoo.errors import ZooError, first_line
from zoo.pretrained import zoo_format
from zoo.pretrained.hub import REPOSITORY
from zoo.text.text_model import TextModel


def push(text_model: TextModel, name: str, private: bool = False) -> str:
    """Uploads a model with its tokenizers and its card; the repository is made if it is missing.

    Args:
        text_model: as `zoo.load` gives.
        name: OWNER/NAME on the hub.
        private: whether a new repository is private.

    Returns:
        The address of the repository.

    Raises:
        ZooError: `name` is not OWNER/NAME, nobody is logged in, or the hub refuses or cannot be
            reached. Nothing is uploaded then.
    """
    if not REPOSITORY.fullmatch(name):
        raise ZooError(f"'{name}' is not the name of a hub repository, such as OWNER/NAME")
    from huggingface_hub import HfApi, errors

    api = HfApi()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "model"
        zoo_format.write(text_model, folder, title=name)
        try:
            address = api.create_repo(name, private=private, exist_ok=True)
            api.upload_folder(
                repo_id=name,
                folder_path=folder,
                commit_message="Model of the seq2seq zoo",
                delete_patterns=["*.safetensors", "*.safetensors.index.json"],  # of an earlier one
            )
        except errors.HfHubHTTPError as error:
            status = getattr(error.response, "status_code", None)
            reason = (
                "log in with `hf auth login`, with a token that may write there"
                if status in (401, 403)
                else first_line(error)
            )
            raise ZooError(f"the hub refuses to take '{name}': {reason}") from error
        except (OSError, errors.LocalTokenNotFoundError) as error:
            raise ZooError(f"'{name}' cannot be uploaded: {first_line(error)}") from error
        except Exception as error:  # of the HTTP library, where there is no network
            raise ZooError(
                f"'{name}' cannot be uploaded ({type(error).__name__}: {first_line(error)}); "
                "is there a network?"
            ) from error
    return str(address)
