"""Checks every request before the app sees it: host name, origin, content type, and the size and
encoding of the body.

A page of another site may make a browser send requests to this machine. It cannot read the answers,
as no header allows it to. What it could do all the same is refused here: a name of its own that
suddenly stands for 127.0.0.1 (DNS rebinding), and requests that a browser sends without asking.
"""

import asyncio
import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zoo.serving.limits import LARGEST_BODY, LARGEST_DISCARDED, SECONDS_FOR_BODY

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


class Refused(Exception):
    """A request that is not let in.

    Args:
        status: of the answer.
        reason: one line.
    """

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status = status


class Guard:
    """ASGI middleware around the whole app.

    Args:
        app: what it guards.
        hosts: names of this machine that a request may use, besides `localhost` and addresses.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()):
        self.app = app
        self.hosts = {"localhost", *(host.lower() for host in hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        try:
            self.check_head(scope)
            if scope["method"] not in ("GET", "HEAD"):
                receive = replayed(await read_body(scope, receive), receive)
        except Refused as refused:
            answer = JSONResponse({"detail": str(refused)}, refused.status)
            answer.headers["connection"] = "close"  # the rest of the body may still come
            await answer(scope, receive, guarded_send)
            return
        except ConnectionError:  # the client has gone
            return
        await self.app(scope, receive, guarded_send)

    def check_head(self, scope: Scope) -> None:
        """Raises `Refused` for another site's request, and for a body that is not JSON."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self.is_ours(host):
            raise Refused(
                421,
                f"this service does not go by the name {host[:80]!r}; use an IP address, localhost "
                "or the name given with --host, or start it with --name",
            )
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() != host.lower():
            raise Refused(403, f"pages of {origin[:80]!r} may not use this service")
        if scope["method"] == "POST":
            kind = headers.get("content-type", "").split(";")[0].strip().lower()
            if kind != "application/json":
                raise Refused(415, "send JSON, with the header Content-Type: application/json")

    def is_ours(self, host: str) -> bool:
        """Whether a Host header names this machine. An address cannot be rebound to another."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self.hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The whole body, once it has come.

    Raises:
        Refused: it is too large, too slow, or not UTF-8.
        ConnectionError: the client hung up.
    """
    length = Headers(scope=scope).get("content-length", "0")
    too_large = Refused(413, f"the body is larger than {LARGEST_BODY:,} bytes")
    if int(length) > LARGEST_DISCARDED:
        raise too_large
    body, size, more = bytearray(), 0, True
    try:
        async with asyncio.timeout(SECONDS_FOR_BODY):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ConnectionError
                part = message.get("body", b"")
                size += len(part)
                if size <= LARGEST_BODY:
                    body += part
                elif size > LARGEST_DISCARDED:
                    raise too_large
                more = message.get("more_body", False)
    except TimeoutError:
        raise Refused(408, f"the body took longer than {SECONDS_FOR_BODY:g} seconds") from None
    if size > LARGEST_BODY:
        raise too_large
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise Refused(
            422, f"the body is not UTF-8: byte {body[error.start]:#04x} at position {error.start}"
        ) from None
    return bytes(body)


def replayed(body: bytes, receive: Receive) -> Receive:
    """`receive` that gives a body already read, and then what comes after it."""
    held: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return held.pop() if held else await receive()

    return again
