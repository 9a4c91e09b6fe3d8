"""A trained model goes to a hub, and another machine opens it by its name there."""

import pytest

import zoo
from tests.pretrained.stand_in_hub import stand_in_hub
from tests.pretrained.test_zoo_format import same_weights, text_model
from zoo.errors import ZooError
from zoo.pretrained import weights
from zoo.pretrained.push import push


def test_a_model_goes_up_and_comes_down(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_TOKEN", "hf_test")
    before = text_model()
    with stand_in_hub(monkeypatch, tmp_path) as repositories:
        address = push(before, "someone/model")
        assert address.endswith("someone/model")
        assert sorted(repositories["someone/model"]) == [
            "README.md",
            "config.json",
            "model.safetensors",
            "zoo_tokenizers.json",
        ]
        assert b'zoo.load("someone/model")' in repositories["someone/model"]["README.md"]
        after = zoo.from_pretrained("someone/model")
    assert same_weights(before.model, after.model)


def test_weights_of_an_earlier_push_go(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_TOKEN", "hf_test")
    with stand_in_hub(monkeypatch, tmp_path) as repositories:
        with monkeypatch.context() as patch:
            patch.setattr(weights.write, "__defaults__", (20_000,))
            push(text_model(), "someone/model")
        assert "model.safetensors.index.json" in repositories["someone/model"]
        after = text_model()
        push(after, "someone/model")
        left = [x for x in repositories["someone/model"] if "safetensors" in x]
        assert left == ["model.safetensors"]
        assert same_weights(zoo.from_pretrained("someone/model").model, after.model)


def test_who_may_not_write_is_told_to_log_in(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with stand_in_hub(monkeypatch, tmp_path) as repositories:
        with pytest.raises(ZooError, match="refuses to take 'someone/model': log in") as error:
            push(text_model(), "someone/model")
    assert "\n" not in str(error.value) and not repositories


def test_without_a_network_nothing_is_uploaded(monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_TOKEN", "hf_test")
    with pytest.raises(ZooError, match="'someone/model' cannot be uploaded") as error:
        push(text_model(), "someone/model")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["model", "a/b/c", "", "../x"])
def test_a_repository_is_owner_and_name(name):
    with pytest.raises(ZooError, match="is not the name of a hub repository"):
        push(text_model(), name)
