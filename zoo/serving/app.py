"""The app: its routes, and what each answers."""

import asyncio
import contextlib
import copy
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping
from typing import Any

import numpy as np
from fastapi import FastAPI, Request

import zoo
from zoo.errors import UnknownName, ZooError
from zoo.serving import messages, page
from zoo.serving.batching import Worker
from zoo.serving.failures import REFUSALS, HungUp, add_handlers
from zoo.serving.guard import Guard
from zoo.serving.limits import Limits
from zoo.text.text_model import Outputs, TextModel

DIGITS = 5  # of an attention weight


def make_app(
    models: Mapping[str, TextModel], limits: Limits = Limits(), hosts: Collection[str] = ()
) -> FastAPI:
    """The ASGI app that serves text models.

    Args:
        models: text models by the name that clients use.
        limits: of sources and of the queue.
        hosts: names of this machine that requests may use, besides `localhost` and addresses.

    Raises:
        ZooError: there is no model, or one cannot be loaded.
    """
    if not models:
        raise ZooError("there is no model to serve")
    workers = {name: Worker(renamed(model, name), name, limits) for name, model in models.items()}
    app = FastAPI(
        title="Seq2seq zoo",
        version=zoo.__version__,
        description="Text in, text out, by one or more models.",
        docs_url=None,
        redoc_url=None,
        lifespan=running(workers),
        routes=page.routes(),
    )
    app.state.workers = workers
    add_handlers(app)
    add_reading(app, workers)
    add_asking(app, workers)
    app.add_middleware(Guard, hosts=hosts)
    return app


def renamed(model: TextModel, name: str) -> TextModel:
    """The text model with its weights loaded. Its messages show the name, not a path."""
    model.model  # noqa: B018  # loads
    model = copy.copy(model)
    model.label = name
    return model


def running(workers: Mapping[str, Worker]) -> Any:
    """The lifespan of the app: the workers run as long as it does."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(worker.run()) for worker in workers.values()]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    return lifespan


def add_reading(app: FastAPI, workers: Mapping[str, Worker]) -> None:
    """Adds the GET routes: health and the models."""
    facts = [facts_of(worker) for worker in workers.values()]

    @app.get("/health", summary="Whether the service answers")
    async def health() -> messages.Health:
        waiting = sum(worker.waiting for worker in workers.values())
        return messages.Health(status="ok", waiting=waiting)

    @app.get("/api/models", summary="The models that are served")
    async def list_models() -> list[messages.ModelFacts]:
        return facts


def facts_of(worker: Worker) -> messages.ModelFacts:
    """What a client may know of a model."""
    model = worker.model.model
    return messages.ModelFacts(
        name=worker.name,
        family=type(model).__name__,
        parameters=sum(int(np.prod(weight.shape)) for weight in getattr(model, "weights", ())),
        attention=bool(model.attentive),
        longest=worker.longest,
        sample=worker.sample(),
    )


def add_asking(app: FastAPI, workers: Mapping[str, Worker]) -> None:
    """Adds the POST routes: generate, align and score."""

    def chosen(name: str | None) -> Worker:
        """The worker of a name, or the only one."""
        if name is None and len(workers) == 1:
            return next(iter(workers.values()))
        if name is None:
            raise ZooError(f"there are {len(workers)} models; say which: {', '.join(workers)}")
        if name not in workers:
            raise UnknownName("model", name, list(workers))
        return workers[name]

    @app.post("/api/generate", summary="Outputs of texts, by any models", responses=REFUSALS)
    async def generate(
        asked: messages.GenerateRequest, request: Request
    ) -> messages.GenerateAnswer:
        asking = {name: chosen(name) for name in asked.models or workers}
        asks = {n: worker.ask("generate", asked.texts, asked.beam) for n, worker in asking.items()}
        found = await unless_gone(request, gathered(asks))
        results = [outputs_of(name, found[name], asked.n_best) for name in asking]
        return messages.GenerateAnswer(results=results)

    @app.post("/api/align", summary="Where an output looks in its source", responses=REFUSALS)
    async def align(asked: messages.AlignRequest, request: Request) -> messages.AlignAnswer:
        worker = chosen(asked.model)
        if not worker.model.model.attentive:
            raise ZooError(f"{worker.name} has no attention, so nothing can be aligned")
        ask = worker.ask("align", [(asked.text, asked.output)])
        source, target, weights = (await unless_gone(request, ask))[0]
        rounded = np.asarray(weights, "float64").round(DIGITS).tolist()
        return messages.AlignAnswer(
            model=worker.name, source=source, target=target, weights=rounded
        )

    @app.post("/api/score", summary="How probable a model finds given outputs", responses=REFUSALS)
    async def score(asked: messages.ScoreRequest, request: Request) -> messages.ScoreAnswer:
        worker = chosen(asked.model)
        pairs = [(pair.source, pair.output) for pair in asked.pairs]
        found = await unless_gone(request, worker.ask("score", pairs))
        scores = [
            messages.PairScore(log_probability=one.log_probability, tokens=one.tokens)
            for one in found
        ]
        return messages.ScoreAnswer(model=worker.name, scores=scores)


def outputs_of(name: str, found: list[Outputs], n_best: int) -> messages.ModelOutputs:
    """What a model found, as it is sent."""
    outputs = [
        [messages.Hypothesis(text=text, score=score) for text, score in best[:n_best]]
        for best in found
    ]
    return messages.ModelOutputs(model=name, outputs=outputs)


async def gathered(asks: Mapping[str, Coroutine[Any, Any, list[Any]]]) -> dict[str, list[Any]]:
    """What all models answer, by name.

    Raises:
        ZooError: a model refuses; the message names it if there are several.
        Busy: the queue of a model is full.
    """
    answers = await asyncio.gather(*asks.values(), return_exceptions=True)
    found = {}
    for name, answer in zip(asks, answers, strict=True):
        if isinstance(answer, ZooError) and len(asks) > 1:
            raise ZooError(f"{name}: {answer}")
        if isinstance(answer, BaseException):
            raise answer
        found[name] = answer
    return found


async def unless_gone(request: Request, work: Coroutine[Any, Any, Any]) -> Any:
    """The result of the work, which is dropped when the client hangs up.

    Raises:
        HungUp: it did.
    """

    async def leaves() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(leaves())
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise HungUp
    finally:
        working.cancel()
        leaving.cancel()
