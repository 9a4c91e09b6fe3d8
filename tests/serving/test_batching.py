"""What waits together is decoded together, and nobody waits for another's mistake."""

import asyncio

import pytest

from tests.serving.stub import Stub
from zoo.errors import ZooError
from zoo.serving.batching import Worker, batch_size
from zoo.serving.failures import Busy
from zoo.serving.limits import Limits


def together(model, ask, limits=Limits()):
    """Runs `ask(worker)` beside the worker; returns what it returns."""

    async def main():
        worker = Worker(model, "stub", limits)
        task = asyncio.create_task(worker.run())
        try:
            return await asyncio.wait_for(ask(worker), 20)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return asyncio.run(main())


async def held(worker, model, *asks):
    """Lets requests arrive while the model is busy with the text "e"."""
    model.open.clear()
    first = asyncio.create_task(worker.ask("generate", ["e"]))
    while not model.entered.is_set():
        await asyncio.sleep(0.001)
    tasks = [asyncio.ensure_future(ask) for ask in asks]
    await asyncio.sleep(0)
    model.open.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    await first
    return answers


def test_requests_that_wait_are_one_batch_per_search():
    model = Stub()

    async def ask(worker):
        texts = ["a b", "b c", "c d", "a d"]
        greedy = [worker.ask("generate", [text]) for text in texts]
        beams = [worker.ask("generate", texts[:2], 2), worker.ask("generate", ["d"], 2)]
        return await held(worker, model, *greedy[:2], *beams, *greedy[2:])

    answers = together(model, ask)
    first = [[text for text, _ in answer[0]] for answer in answers]
    assert first == [["b a"], ["c b"], ["b a", "a"], ["d", ""], ["d c"], ["d a"]]
    assert len(answers[2]) == 2
    sizes = [(len(texts), getattr(d.strategy, "size", 1)) for texts, d in model.batches]
    assert sizes == [(1, 1), (4, 1), (4, 2)]  # three texts of the beam fill a batch of four


def test_a_mistake_fails_alone():
    model = Stub()

    async def ask(worker):
        return await held(
            worker,
            model,
            worker.ask("generate", ["a b"]),
            worker.ask("generate", ["a", "q"]),
            worker.ask("score", [("a", "b")]),
            worker.ask("score", [("a", "x")]),  # found only once the batch is scored
        )

    good, bad, scored, refused = together(model, ask)
    assert good == [[("b a", 0.0)]]
    assert str(bad).startswith("text 2: 'q' is not in the vocabulary")
    assert scored[0].log_probability == -1.5
    assert isinstance(refused, ZooError)


def test_a_bug_is_an_answer_and_the_worker_goes_on():
    model = Stub()
    model.align = lambda *arguments: 1 / 0

    async def ask(worker):
        with pytest.raises(ZeroDivisionError):
            await worker.ask("align", [("a", None)])
        return await worker.ask("generate", ["a b"])

    assert together(model, ask) == [[("b a", 0.0)]]


def test_a_full_queue_is_busy_and_a_large_request_alone_is_not():
    model = Stub()

    async def ask(worker):
        large, late = worker.ask("generate", ["a"] * 5), worker.ask("generate", ["b"])
        return await held(worker, model, large, late)

    large, late = together(model, ask, Limits(queue=3))
    assert len(large) == 5 and isinstance(late, Busy)


def test_a_caller_that_leaves_is_not_decoded():
    model = Stub()

    async def leave(worker):
        asking = asyncio.create_task(worker.ask("generate", ["a b c"]))
        await asyncio.sleep(0)
        asking.cancel()
        await asking

    async def ask(worker):
        return await held(worker, model, worker.ask("generate", ["a b"]), leave(worker))

    _, left = together(model, ask)
    assert isinstance(left, asyncio.CancelledError)
    assert [texts for texts, _ in model.batches] == [["e"], ["a b"]]


def test_batches_have_few_sizes():
    assert [batch_size(count) for count in (1, 2, 4, 5, 16, 17, 64)] == [1, 4, 4, 16, 16, 64, 64]


def test_what_the_page_asks_first_is_compiled_before():
    model = Stub()
    model.align = lambda *arguments: None
    worker = Worker(model, "stub", Limits())
    worker.warm_up()
    assert [texts for texts, _ in model.batches] == [["a"], ["a"]]
    assert [getattr(d.strategy, "size", 1) for _, d in model.batches] == [1, 4]


@pytest.mark.parametrize("kind", ["score", "align"])
def test_outputs_that_are_too_long_are_refused(kind):
    fits, too_long = "a " * 7, "a " * 8  # and the end token
    model = Stub()
    assert together(model, lambda worker: worker.ask(kind, [("a b", fits)]))
    with pytest.raises(ZooError, match="has 9 tokens, and at most 8 are allowed"):
        together(model, lambda worker: worker.ask(kind, [("a b", too_long)]))
