"""The page's files come from the package, and nothing else of the machine can be asked for."""

import re

import pytest
from starlette.testclient import TestClient

from tests.serving.stub import Stub
from zoo.serving import page
from zoo.serving.app import make_app


@pytest.fixture(scope="module")
def client():
    with TestClient(make_app({"stub": Stub()}), base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize("path", page.FILES)
def test_a_file_of_the_page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == page.FILES[path][1]


@pytest.mark.parametrize("path", page.FILES)
def test_no_file_asks_for_anything_else(client, path):
    text = client.get(path).text
    asked = re.findall(r"""(?:src|href)="([^"]+)"|url\(([^)]+)\)|from "([^"]+)\"""", text)
    for address in filter(None, (part for parts in asked for part in parts)):
        local = address.replace("./", "/page/")
        assert local in (*page.FILES, "/openapi.json"), f"{path} asks for {address}"
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize(
    "path",
    [
        "/page/",
        "/page/../app.py",
        "/page/%2e%2e/app.py",
        "/page/..%2f..%2f..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/page/page.css/../../app.py",
        "/%00",
        "/static/app.py",
    ],
)
def test_other_paths_lead_nowhere(client, path):
    answer = client.get(path)
    assert answer.status_code == 404 and answer.json() == {"detail": "Not Found"}


def test_every_asset_is_served():
    files = {name for name, _ in page.FILES.values()}
    folder = page.importlib.resources.files("zoo.serving") / "assets"
    assert files == {path.name for path in folder.iterdir()}
