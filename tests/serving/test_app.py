"""What the API answers."""

import pytest
from starlette.testclient import TestClient

from tests.contract.conftest import shared
from tests.serving.stub import Stub
from zoo.data.tokenizers import SymbolTokenizer
from zoo.decoding import Beam
from zoo.errors import ZooError
from zoo.serving.app import make_app
from zoo.serving.limits import Limits
from zoo.text.text_model import TextModel


@pytest.fixture
def models():
    return {"one": Stub(), "plain": Stub(attentive=False)}


@pytest.fixture
def client(models):
    with TestClient(make_app(models, Limits(queue=2)), base_url="http://localhost") as client:
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


@pytest.mark.parametrize(
    "path, body, words",
    [
        ("generate", {"texts": [""]}, "one: the source is empty"),
        ("generate", {"texts": ["a"], "models": ["oen"]}, "unknown model 'oen'; nearest: one"),
        ("generate", {"texts": ["a a a a a a"], "models": ["one"]}, "at most 6 are allowed"),
        ("generate", {"texts": ["a", "q"], "models": ["one"]}, "text 2: 'q' is not in the voc"),
        ("align", {"text": "a"}, "unknown model ''; known: one, plain"),
        ("align", {"text": "a", "model": "plain"}, "plain has no attention"),
        ("score", {"pairs": [{"source": "a", "output": "x"}], "model": "one"}, "'x' is not in"),
    ],
)
def test_wrong_input_is_422_and_one_line(client, path, body, words):
    answer = client.post(f"/api/{path}", json=body)
    assert answer.status_code == 422 and words in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


def test_no_message_tells_a_path_of_the_machine(client, models):
    answer = client.post("/api/generate", json={"texts": ["q"], "models": ["one"]})
    assert answer.json()["detail"] == "'q' is not in the vocabulary of one"
    assert models["one"].label == "/home/someone/runs/secret"  # the caller's object is as it was


def test_a_failure_tells_nothing_of_the_machine(models):
    models["one"].align = lambda *arguments: open("/home/someone/secret")
    app = make_app(models)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        answer = client.post("/api/align", json={"text": "a", "model": "one"})
    assert answer.status_code == 500
    assert answer.json() == {"detail": "the service failed; its terminal says how"}


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


def test_a_full_queue_is_503(client, models):
    from concurrent.futures import ThreadPoolExecutor

    models["one"].open.clear()
    ask = lambda texts: client.post("/api/generate", json={"texts": texts, "models": ["one"]})
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(ask, ["a"])
        assert models["one"].entered.wait(20)
        second = pool.submit(ask, ["a", "b"])
        while ok(client.get("/health"))["waiting"] != 2:
            pass
        answer = ask(["c"])
        models["one"].open.set()
        assert first.result().status_code == second.result().status_code == 200
    assert answer.status_code == 503 and answer.headers["retry-after"] == "1"
    assert answer.json()["detail"] == "too many texts wait; try again in a second"


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
