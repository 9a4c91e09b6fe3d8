"""Claims and their verdicts."""

from __future__ import annotations

import dataclasses

from benchmarks.claims.evidence import Evidence, NoEvidence, advice
from benchmarks.claims.measure import Effect
from benchmarks.statistics import ENOUGH, Difference
from zoo.errors import ZooError

HOLDS, FAILS, UNDECIDED = "holds", "does not hold", "undecided"


@dataclasses.dataclass(frozen=True)
class Source:
    """Where claims come from.

    Attributes:
        citation: authors and year.
        url: where it can be read.
    """

    citation: str
    url: str


@dataclasses.dataclass(frozen=True)
class Claim:
    """A statement that a measurement can confirm or refute.

    Attributes:
        name: lower-case words joined by underscores.
        statement: one sentence.
        source: who claims it.
        place: the section, table or figure.
        effect: what is measured.
        above, below: the threshold. One of them is given: the claim holds where the whole interval
            of the effect is on that side of it.
    """

    name: str
    statement: str
    source: Source
    place: str
    effect: Effect
    above: float | None = None
    below: float | None = None

    def __post_init__(self):
        if (self.above is None) == (self.below is None):
            raise ZooError(f"the claim {self.name} needs a threshold, either above or below")

    @property
    def threshold(self) -> float:
        """The number that the effect is compared with."""
        return self.below if self.above is None else self.above

    @property
    def asked(self) -> str:
        """What the claim asks of the effect, in words."""
        return f"{'below' if self.above is None else 'above'} {self.threshold:g}"


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What the evidence says of a claim.

    Attributes:
        claim: which.
        word: "holds", "does not hold" or "undecided".
        effect: with its interval; None if it cannot be measured.
        evidence: what was used; of one machine only, if times were compared. None if nothing was
            measured.
        reason: why the claim is undecided; else empty.
    """

    claim: Claim
    word: str
    effect: Difference | None = None
    evidence: Evidence | None = None
    reason: str = ""

    @property
    def machine(self) -> str | None:
        """The machine whose times were compared, or None."""
        return self.evidence.machine if self.evidence else None


def judge(claim: Claim, evidence: Evidence) -> Verdict:
    """The verdict on a claim.

    It holds if the whole interval of its effect is on the claimed side of the threshold, and does
    not hold if the whole interval is on the other side. Runs of one seed decide nothing. Runs of
    two are taken to vary between seeds as those of the other models in their table do on average;
    without such models, they decide nothing.

    Raises:
        ZooError: rows or outcomes are broken.
    """
    try:
        effect, used, few = claim.effect.measure(evidence)
    except NoEvidence as missing:
        return Verdict(claim, UNDECIDED, reason=str(missing))
    seeds = dict(zip(claim.effect.runs, effect.seeds))
    if alone := [runs for runs, count in seeds.items() if count == 1]:
        reason = f"only one seed of {alone[0]}; {advice(alone[0])}"
        return Verdict(claim, UNDECIDED, effect, used, reason)
    if few:
        reason = (
            f"fewer than {ENOUGH} seeds of {few[0]}, and no other model of the table tells how far "
            f"seeds are apart; {advice(few[0])}"
        )
        return Verdict(claim, UNDECIDED, effect, used, reason)
    beyond = effect.low > claim.threshold, effect.high < claim.threshold
    holds, fails = beyond if claim.below is None else reversed(beyond)
    if holds or fails:
        return Verdict(claim, HOLDS if holds else FAILS, effect, used)
    reason = f"the interval covers {claim.threshold:g}"
    return Verdict(claim, UNDECIDED, effect, used, reason)
