"""What the API answers."""

import pytest
from starlette.testclient import TestClient

from tests.contract.conftest import shared
from tests.serving.stub import Stub
from zoo.data.tokenizers import SymbolTokenizer
from zoo.decoding import Beam
from zoo.errors import ZooError
from zoo.serving.app import make_app
from zoo.text.text_model import TextModel


@pytest.fixture
def models():
    return {"one": Stub(), "plain": Stub(attentive=False)}


@pytest.fixture
def client(models):
    with TestClient(make_app(models), base_url="http://localhost") as client:
        yield client


def ok(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_several_models_side_by_side(client):
    asked = {"texts": ["a b", "c d e"], "beam": 3, "n_best": 2}
    found = ok(client.post("/api/generate", json=asked))["results"]
    assert [result["model"] for result in found] == ["one", "plain"]
    assert found[0]["outputs"] == found[1]["outputs"]
    assert found[0]["outputs"][1] == [
        {"text": "e d c", "score": 0.0},
        {"text": "d c", "score": -1.0},
    ]


def test_one_of_several_models(client, models):
    found = ok(client.post("/api/generate", json={"texts": ["a b"], "models": ["plain"]}))
    assert [result["model"] for result in found["results"]] == ["plain"]
    assert not models["one"].batches and len(models["plain"].batches) == 1


def test_align(client):
    found = ok(client.post("/api/align", json={"text": "a b", "output": "b a", "model": "one"}))
    assert found["source"] == ["a", "b", "</s>"] and found["target"] == ["b", "a", "</s>"]
    assert found["weights"][0] == [0.03333, 0.93333, 0.03333]


def test_score(client):
    pairs = [{"source": "a", "output": "b"}] * 2
    found = ok(client.post("/api/score", json={"pairs": pairs, "model": "one"}))
    assert found["scores"] == [{"log_probability": -1.5, "tokens": [-1.0, -0.5]}] * 2


def test_models_and_health(client):
    assert ok(client.get("/health")) == {"status": "ok", "waiting": 0}
    assert ok(client.get("/api/models"))[1] == {
        "name": "plain",
        "family": "SimpleNamespace",
        "parameters": 12,
        "attention": False,
        "longest": 6,
        "sample": "a",
    }


def test_the_description_names_every_request_and_its_limits(client):
    found = ok(client.get("/openapi.json"))
    assert set(found["paths"]) == {
        "/health",
        "/api/models",
        "/api/generate",
        "/api/align",
        "/api/score",
    }
    fields = found["components"]["schemas"]["GenerateRequest"]["properties"]
    assert fields["beam"]["maximum"] == 10 and fields["texts"]["maxItems"] == 64
    assert set(found["paths"]["/api/generate"]["post"]["responses"]) == {"200", "413", "422", "503"}


def test_a_model_of_the_zoo_answers_as_it_does_alone():
    tokenizer = SymbolTokenizer(["a", "b", "c"], " ")
    model = TextModel(
        shared("bilstm_bahdanau_nano", vocabulary=7),
        tokenizer,
        tokenizer,
        compiled=False,
        longest_source=5,
        longest_target=4,
    )
    with TestClient(make_app({"nano": model}), base_url="http://localhost") as client:
        asked = {"texts": ["a b", "c"], "beam": 2, "n_best": 2}
        found = ok(client.post("/api/generate", json=asked))["results"][0]["outputs"]
        aligned = ok(client.post("/api/align", json={"text": "a b", "output": "c a"}))
        pairs = [{"source": "a b", "output": "c a"}]
        scored = ok(client.post("/api/score", json={"pairs": pairs}))["scores"][0]
    alone = model.generate(["a b", "c"], Beam(2))
    assert [[one["text"] for one in best] for best in found] == [
        [text for text, _ in best] for best in alone
    ]
    _, target, weights = model.align("a b", "c a")
    assert aligned["target"] == target and aligned["weights"][0] == pytest.approx(
        weights[0], abs=1e-5
    )
    assert scored["log_probability"] == pytest.approx(
        model.score([("a b", "c a")])[0].log_probability, abs=1e-4
    )


def test_no_model():
    with pytest.raises(ZooError, match="there is no model to serve"):
        make_app({})
