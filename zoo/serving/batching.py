"""One thread per model. What waits for the same model and the same search is decoded together."""

import asyncio
import collections
import dataclasses
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from zoo.decoding import Beam, Greedy
from zoo.errors import ZooError
from zoo.serving.failures import Busy
from zoo.serving.limits import BATCH_SIZES, LONGEST_BATCH, Limits
from zoo.text.checks import shown
from zoo.text.decoding import Decoding
from zoo.text.stream import numbered
from zoo.text.text_model import TextModel

LONGEST_SOURCE = 256  # tokens, where neither the caller nor a task sets a limit
PAGE_BEAM = 4  # the search that the page begins with
FIRST_IDS = range(4, 300)  # of a vocabulary, to find a text that the model takes


@dataclasses.dataclass(eq=False)
class Job:
    """A request that waits.

    Attributes:
        kind: "generate", "score" or "align".
        beam: the size of the beam; 1 is greedy.
        items: texts; (source, output) pairs, whose output may be None to align the model's own.
        answer: the future with one answer per item.
    """

    kind: str
    beam: int
    items: Sequence[Any]
    answer: asyncio.Future

    def fits(self, other: "Job") -> bool:
        """Whether both can be one batch. Alignments are computed one by one, so they gain none."""
        return self.kind != "align" and (self.kind, self.beam) == (other.kind, other.beam)


class Worker:
    """Answers all requests to one model.

    Args:
        model: the text model.
        name: what messages call it.
        limits: of the source and of the queue.
    """

    def __init__(self, model: TextModel, name: str, limits: Limits):
        self.model, self.name, self.limits = model, name, limits
        self.longest: int = limits.longest or model.longest_source or LONGEST_SOURCE
        self.longest_output = max(self.longest, model.max_length(Decoding(longest=self.longest)))
        self._jobs: collections.deque[Job] = collections.deque()
        self._arrived = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"zoo-{name}")

    @property
    def waiting(self) -> int:
        """How many texts wait."""
        return sum(len(job.items) for job in self._jobs)

    async def ask(self, kind: str, items: Sequence[Any], beam: int = 1) -> list[Any]:
        """Waits for one answer per item. A caller that is cancelled leaves the queue.

        Raises:
            Busy: the queue is full.
            ZooError: the model cannot take an item.
        """
        if self._jobs and self.waiting + len(items) > self.limits.queue:
            raise Busy
        job = Job(kind, beam, items, asyncio.get_running_loop().create_future())
        self._jobs.append(job)
        self._arrived.set()
        try:
            return await job.answer
        finally:
            if job in self._jobs:
                self._jobs.remove(job)

    async def run(self) -> None:
        """Answers until it is cancelled; then waits for the batch in progress."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._arrived.wait()
                jobs = self._next_batch()
                if not jobs:
                    self._arrived.clear()
                    continue
                answers = await loop.run_in_executor(self._thread, self._answers, jobs)
                for job, answer in zip(jobs, answers, strict=True):
                    if job.answer.done():  # its client has gone
                        continue
                    if isinstance(answer, Exception):
                        job.answer.set_exception(answer)
                    else:
                        job.answer.set_result(answer)
        finally:
            self._thread.shutdown()

    def _next_batch(self) -> list[Job]:
        """Takes the oldest job from the queue, and with it what fits into its batch."""
        chosen: list[Job] = []
        count = 0
        for job in list(self._jobs):
            if chosen and not job.fits(chosen[0]):
                continue
            if chosen and count + len(job.items) > LONGEST_BATCH:
                break
            chosen.append(job)
            count += len(job.items)
        for job in chosen:
            self._jobs.remove(job)
        return chosen

    def _answers(self, jobs: list[Job]) -> list[Any]:
        """For each job the list of its answers, or the error; in the thread of the model."""
        found: dict[Job, Any] = {}
        for job in jobs:
            try:
                self._check(job)
            except Exception as error:
                found[job] = error
        good = [job for job in jobs if job not in found]
        if good:
            found.update(zip(good, self._answer_batch(good), strict=True))
        return [found[job] for job in jobs]

    def _check(self, job: Job) -> None:
        """Raises `ZooError` for a source or a given output that the model cannot take."""
        pairs = [(item, None) if isinstance(item, str) else item for item in job.items]
        kind = "pair" if job.kind == "score" else "text"
        for _ in numbered(pairs, lambda pair: self._check_pair(*pair), kind):
            pass

    def _check_pair(self, source: str, output: str | None) -> None:
        """Checks one item. Outputs are limited, too: memory grows with their length squared."""
        self.model.encode(source, self.longest)
        if output is not None:
            length = len(self.model.target_tokenizer.encode(output))
            if length > self.longest_output:
                raise ZooError(
                    f"the output {shown(output)} has {length} tokens, and at most "
                    f"{self.longest_output} are allowed; --longest raises it"
                )

    def _answer_batch(self, jobs: list[Job]) -> list[Any]:
        """The answers of one batch; job by job if the batch as a whole has an error."""
        items = [item for job in jobs for item in job.items]
        try:
            answers = iter(self._compute(jobs[0], items))
            return [[next(answers) for _ in job.items] for job in jobs]
        except Exception as error:
            if len(jobs) == 1:
                return [error]
        return [answer for job in jobs for answer in self._answer_batch([job])]

    def _compute(self, like: Job, items: list[Any]) -> list[Any]:
        """One answer per item, of what the job `like` asks for."""
        if like.kind == "align":
            return [self.model.align(text, output, self.longest) for text, output in items]
        full = [*items, *items[-1:] * (batch_size(len(items)) - len(items))]
        if like.kind == "score":
            return self.model.score(full, self.longest)
        return self.model.generate(full, self._decoding(like.beam))

    def _decoding(self, beam: int) -> Decoding:
        """How a beam of this size decodes; 1 is greedy."""
        # Not `self.longest`: how long outputs may be is for the model to say.
        return Decoding(Greedy() if beam == 1 else Beam(beam), self.limits.longest)

    def warm_up(self) -> None:
        """Compiles what the page and a single client ask for first, so that nobody waits for it."""
        text = self.sample()
        if text is None:
            return
        for beam in (1, PAGE_BEAM):
            self.model.generate([text], self._decoding(beam))
        if self.model.model.attentive:
            self.model.align(text)

    def sample(self) -> str | None:
        """A text of one token that the model takes, or None if there is none at hand."""
        tokenizer = self.model.source_tokenizer
        for i in FIRST_IDS:
            if i >= tokenizer.size:
                return None
            try:
                text = tokenizer.decode([i])
                self.model.encode(text, self.longest)
            except ValueError:  # a part of a character, or a text that the model refuses
                continue
            if text.isprintable():
                return text
        return None


def batch_size(count: int) -> int:
    """The smallest size of a batch that holds `count` items."""
    return next(size for size in BATCH_SIZES if size >= count)
