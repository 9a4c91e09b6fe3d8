"""Who is let in, and with what."""

import json

import pytest
from starlette.testclient import TestClient

from tests.serving.stub import Stub
from zoo.serving import guard
from zoo.serving.app import make_app

GOOD = json.dumps({"texts": ["a b"]}).encode()
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def client():
    app = make_app({"stub": Stub()}, hosts=["zoo.example"])
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


def post(client, body=GOOD, path="/api/generate", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, content=body, headers=JSON | named)


def refused(answer, status, words):
    assert answer.status_code == status, answer.text
    detail = answer.json()["detail"]
    assert words in detail and "\n" not in detail


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "127.0.0.1:9", "[::1]:8000", "10.1.2.3", "zoo.example"]
)
def test_names_and_addresses_of_this_machine(client, host):
    assert client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "a b"])
def test_a_name_that_was_rebound_to_this_machine(client, host):
    refused(client.get("/health", headers={"host": host}), 421, "does not go by the name")


def test_pages_of_other_sites_are_refused(client):
    assert post(client, origin="http://127.0.0.1:8000").status_code == 200
    for origin in ("http://evil.example", "null", "http://127.0.0.1:9999", "http://["):
        refused(post(client, origin=origin), 403, "may not use this service")


def test_no_header_lets_other_sites_read(client):
    answer = client.options(
        "/api/generate",
        headers={"origin": "http://evil.example", "access-control-request-method": "POST"},
    )
    assert answer.status_code >= 400
    for given in (answer, client.get("/"), post(client)):
        assert not [name for name in given.headers if name.startswith("access-control")]
        assert "default-src 'none'" in given.headers["content-security-policy"]
        assert given.headers["x-content-type-options"] == "nosniff"


def test_a_body_that_a_browser_sends_without_asking(client):
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        refused(post(client, content_type=kind), 415, "Content-Type: application/json")


def test_a_large_body(client):
    refused(post(client, b"x" * 10_000_000), 413, "the body is larger than 65,536 bytes")
    refused(post(client, iter([b"x" * 40_000] * 2)), 413, "larger")  # its size is not announced
    refused(post(client, content_length=str(10**12)), 413, "larger")
    assert post(client, b" " * 60_000 + GOOD).status_code == 200


@pytest.mark.parametrize(
    "body, words",
    [
        (b'{"texts": ["\xff"]}', "the body is not UTF-8: byte 0xff at position 12"),
        (b'{"texts": ["a"', "the body is not JSON: Expecting ',' delimiter"),
        (b"", "Field required"),
        (b"[" * 60_000, "the body is not JSON that can be read"),
        (b'{"texts": ["a"], "beam": ' + b"9" * 5000 + b"}", "the body is not JSON that can be"),
        (b'{"texts": ["\\ud800"]}', "valid string"),
    ],
)
def test_a_body_that_is_not_text_or_not_json(client, body, words):
    refused(post(client, body), 422, words)


def test_a_slow_body(client, monkeypatch):
    monkeypatch.setattr(guard, "SECONDS_FOR_BODY", 0.05)
    scope = {"type": "http", "headers": []}

    async def never():
        import asyncio

        await asyncio.sleep(20)

    import asyncio

    with pytest.raises(guard.Refused, match="took longer than 0.05 seconds"):
        asyncio.run(guard.read_body(scope, never))
