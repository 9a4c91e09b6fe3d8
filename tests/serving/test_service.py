"""A service in this process: its port, clients that leave, and its end."""

import http.client
import json
import socket
import threading
import time
import urllib.parse

import pytest

from tests.serving.stub import Stub
from zoo.errors import ZooError
from zoo.serving import service as module
from zoo.serving.service import Service, bind, start


def where(service):
    """Host and port of a service."""
    parts = urllib.parse.urlsplit(service.address)
    return parts.hostname, parts.port


def ask(service, body, path="/api/generate"):
    """Status and parsed answer of a request."""
    connection = http.client.HTTPConnection(*where(service), timeout=20)
    try:
        data = json.dumps(body) if body is not None else None
        connection.request("POST" if body is not None else "GET", path, data, HEADERS)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


HEADERS = {"Content-Type": "application/json"}


def test_a_service_in_a_thread():
    with start({"stub": Stub()}) as service:
        assert service.address.startswith("http://127.0.0.1:")
        status, found = ask(service, {"texts": ["a b"]})
    assert status == 200 and found["results"][0]["outputs"][0][0]["text"] == "b a"
    with pytest.raises(ConnectionRefusedError):
        ask(service, None, "/health")


def test_clients_that_connect_before_the_first_answer_wait():
    service = Service({"stub": Stub()}, bind("127.0.0.1", 0))
    service.listen()
    with socket.create_connection(where(service), timeout=20) as early:
        early.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        with service:
            assert early.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"


def test_a_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ZooError, match=f"port {port} of 127.0.0.1: Address already in use; ch"):
            bind("127.0.0.1", port)


def test_a_port_that_is_taken_while_models_are_loaded():
    first = bind("127.0.0.1", 0)
    port = first.getsockname()[1]
    with Service({"stub": Stub()}, first):
        with pytest.raises(ZooError, match=f"port {port} of 127.0.0.1: Address already in use"):
            Service({"stub": Stub()}, bind("127.0.0.1", port)).start()


@pytest.mark.parametrize(
    "host, port, message",
    [
        ("127.0.0.1", 65536, "--port must be a number from 0 to 65535, got 65536"),
        ("127.0.0.1", -1, "--port must be"),
        ("no such host", 0, "there is no host 'no such host'"),
        ("192.0.2.1", 0, "cannot listen on port 0 of 192.0.2.1"),  # an address for documentation
    ],
)
def test_where_nothing_can_listen(host, port, message):
    with pytest.raises(ZooError, match=message):
        bind(host, port)


def test_the_address_that_a_browser_can_open():
    with start({"stub": Stub()}, host="0.0.0.0") as service:
        assert service.address.startswith("http://127.0.0.1:")
        assert ask(service, None, "/health")[0] == 200


def test_the_extra_is_not_installed(monkeypatch):
    monkeypatch.setattr(module, "NEEDED", ("fastapi", "no_such_package"))
    with pytest.raises(ZooError, match=r"needs no_such_package: pip install .*zoo\[serve\]"):
        start({"stub": Stub()})


def test_it_ends_after_what_is_in_progress():
    model = Stub()
    service, answers = start({"stub": model}), []
    model.open.clear()
    asking = threading.Thread(target=lambda: answers.append(ask(service, {"texts": ["a b"]})))
    asking.start()
    assert model.entered.wait(20)
    ending = threading.Thread(target=service.stop)
    ending.start()
    ending.join(0.3)
    assert ending.is_alive()
    model.open.set()
    ending.join(20)
    asking.join(20)
    assert not ending.is_alive() and answers[0][0] == 200


def test_a_client_that_hangs_up_is_not_decoded():
    model = Stub()
    with start({"stub": model}) as service:
        model.open.clear()
        first = threading.Thread(target=lambda: ask(service, {"texts": ["e"]}))
        first.start()
        assert model.entered.wait(20)
        body = json.dumps({"texts": ["a b"]}).encode()
        head = (
            "POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        )
        with socket.create_connection(where(service)) as leaving:
            leaving.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            wait_for(service, 1)
        wait_for(service, 0)
        model.open.set()
        first.join(20)
        assert ask(service, {"texts": ["c d"]})[0] == 200
    assert [texts for texts, _ in model.batches] == [["e"], ["c d"]]


def wait_for(service, waiting):
    """Waits until so many texts wait."""
    deadline = time.monotonic() + 20
    while ask(service, None, "/health")[1]["waiting"] != waiting:
        assert time.monotonic() < deadline
        time.sleep(0.01)
