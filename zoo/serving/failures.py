"""What is said of a request that cannot be carried out: a status and one line."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from zoo.errors import ZooError
from zoo.serving import messages
from zoo.serving.limits import LARGEST_BODY

HUNG_UP = 499  # nobody reads this status; other servers log it, too
REFUSALS: dict[int | str, dict[str, Any]] = {
    413: {"model": messages.Problem, "description": f"The body has over {LARGEST_BODY:,} bytes"},
    422: {"model": messages.Problem, "description": "Wrong input"},
    503: {"model": messages.Problem, "description": "Too many texts wait; try again"},
}


class Busy(Exception):
    """The queue is full."""


class HungUp(Exception):
    """The client left before its answer."""


def add_handlers(app: FastAPI) -> None:
    """Every error of a route becomes a status and one line."""

    def problem(status: int, line: str, **headers: str) -> JSONResponse:
        return JSONResponse({"detail": messages.one_line(line)}, status, headers)

    @app.exception_handler(ZooError)
    async def refused(request: Request, error: ZooError) -> JSONResponse:
        return problem(422, str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return problem(422, messages.line_of(error.errors()))

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 400:  # nested too deeply, or a number of thousands of digits
            return problem(422, "the body is not JSON that can be read")
        return problem(error.status_code, str(error.detail))

    @app.exception_handler(Busy)
    async def busy(request: Request, error: Busy) -> JSONResponse:
        return problem(503, "too many texts wait; try again in a second", **{"retry-after": "1"})

    @app.exception_handler(HungUp)
    async def gone(request: Request, error: HungUp) -> JSONResponse:
        return problem(HUNG_UP, "the client hung up")

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> JSONResponse:
        return problem(500, "the service failed; its terminal says how")
