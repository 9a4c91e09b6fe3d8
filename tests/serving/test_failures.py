"""A request that cannot be carried out gets a status and one line."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from tests.serving.stub import Stub
from zoo.serving.app import make_app
from zoo.serving.limits import Limits


@pytest.fixture
def models():
    return {"one": Stub(), "plain": Stub(attentive=False)}


@pytest.fixture
def client(models):
    with TestClient(make_app(models, Limits(queue=2)), base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize(
    "path, body, words",
    [
        ("generate", {"texts": [""]}, "one: the source is empty"),
        ("generate", {"texts": ["a"], "models": ["oen"]}, "unknown model 'oen'; nearest: one"),
        ("generate", {"texts": ["a a a a a a"], "models": ["one"]}, "at most 6 are allowed"),
        ("generate", {"texts": ["a", "q"], "models": ["one"]}, "text 2: 'q' is not in the voc"),
        ("align", {"text": "a"}, "there are 2 models; say which: one, plain"),
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


def test_a_full_queue_is_503(client, models):
    models["one"].open.clear()
    ask = lambda texts: client.post("/api/generate", json={"texts": texts, "models": ["one"]})
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(ask, ["a"])
        assert models["one"].entered.wait(20)
        second = pool.submit(ask, ["a", "b"])
        while client.get("/health").json()["waiting"] != 2:
            pass
        answer = ask(["c"])
        models["one"].open.set()
        assert first.result().status_code == second.result().status_code == 200
    assert answer.status_code == 503 and answer.headers["retry-after"] == "1"
    assert answer.json()["detail"] == "too many texts wait; try again in a second"
