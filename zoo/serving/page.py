"""The files of the page, read once: nothing else of this machine is ever opened for a request."""

import functools
import importlib.resources

from starlette.responses import Response
from starlette.routing import Route

FILES = {  # paths that a browser asks for: file, media type
    "/": ("page.html", "text/html"),
    "/docs": ("docs.html", "text/html"),
    "/page/page.css": ("page.css", "text/css"),
    "/page/page.js": ("page.js", "text/javascript"),
    "/page/attention.js": ("attention.js", "text/javascript"),
    "/page/docs.js": ("docs.js", "text/javascript"),
    "/page/icon.svg": ("icon.svg", "image/svg+xml"),
}


@functools.cache
def content(name: str) -> bytes:
    """The bytes of a file of the page."""
    return (importlib.resources.files("zoo.serving") / "assets" / name).read_bytes()


def routes() -> list[Route]:
    """One route per file."""

    def route(path: str, name: str, kind: str) -> Route:
        async def give(request) -> Response:
            return Response(content(name), media_type=kind)

        return Route(path, give, methods=["GET"])

    return [route(path, name, kind) for path, (name, kind) in FILES.items()]
