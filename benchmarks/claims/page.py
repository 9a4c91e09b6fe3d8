"""Verdicts as a page, as a table for machines, and as lines for a terminal."""

import pandas as pd

from benchmarks.claims.evidence import Evidence
from benchmarks.claims.verdict import FAILS, HOLDS, UNDECIDED, Verdict

GROUPS = {HOLDS: "Holds", FAILS: "Does not hold", UNDECIDED: "Undecided"}
OPENING = """# What the papers promise

Command: `python -m benchmarks claims`. A claim holds where the whole 95% interval of its effect is
on the claimed side of a threshold, and does not hold where the whole interval is on the other side.
Intervals cover the choice of the seeds and of the test examples (`benchmarks/statistics.py`). A
model with two seeds is taken to vary between them as the other models of its table do; one seed
decides nothing. Intervals are not adjusted for the number of claims: of forty false claims,
about one will seem to hold by chance."""


def scale(verdicts: list[Verdict], evidence: Evidence) -> str:
    """How large the models behind verdicts are, in words; "" without rows."""
    runs = {runs for verdict in verdicts for runs in verdict.claim.effect.runs}
    sizes = sorted(row["parameters"] for found in runs for row in evidence.known(found).values())
    if not sizes:
        return ""
    least, median, most = sizes[0], sizes[len(sizes) // 2], sizes[-1]
    return (
        f"The models have {least:,} to {most:,} parameters (median {median:,}) and train for a "
        "short time, so a claim about large models or much data can fail here and still be true."
    )


def effect_text(verdict: Verdict) -> str:
    """The effect with its interval, unit and machine; "-" if it could not be measured."""
    effect, unit = verdict.effect, verdict.claim.effect.unit
    if effect is None:
        return "-"
    text = f"{effect.value:.3g}"
    if effect.low < effect.high:
        text += f" ({effect.low:.3g} to {effect.high:.3g})"
    machine = f", on {verdict.machine}" if verdict.machine else ""
    return f"{text} {unit}{machine}"


def seeds_text(verdict: Verdict) -> str:
    """How many seeds each model of a verdict has: "3", or "2 to 3"; "-" without an effect."""
    seeds = sorted(set(verdict.effect.seeds)) if verdict.effect else []
    return " to ".join(map(str, dict.fromkeys((seeds[0], seeds[-1])))) if seeds else "-"


def rests_on(verdict: Verdict, evidence: Evidence) -> str:
    """The runs behind a verdict in words, with links to the pages of suites that have rows."""

    def page(suite):
        return f"[{suite}](../{suite}/README.md)" if evidence.suite(suite) else suite

    places = {}
    for runs in verdict.claim.effect.runs:
        places.setdefault((runs.suite, runs.task), []).append(f"`{runs.model}`")
    return "; ".join(
        f"{', '.join(models)} on {task} of {page(suite)}"
        for (suite, task), models in places.items()
    )


def markdown(verdicts: list[Verdict], evidence: Evidence) -> str:
    """The page of all verdicts, in groups."""
    parts = [" ".join(filter(None, [OPENING, scale(verdicts, evidence)]))]
    for word, title in GROUPS.items():
        group = [verdict for verdict in verdicts if verdict.word == word]
        lines = [
            {
                "Claim": f"{verdict.claim.statement} ([{verdict.claim.source.citation}]"
                f"({verdict.claim.source.url}), {verdict.claim.place}; `{verdict.claim.name}`)",
                "Effect": effect_text(verdict),
                "Asked": verdict.claim.asked,
                "Seeds": seeds_text(verdict),
                **({"Why undecided": verdict.reason} if word == UNDECIDED else {}),
                "Rests on": rests_on(verdict, evidence),
            }
            for verdict in group
        ]
        table = pd.DataFrame(lines).to_markdown(index=False, disable_numparse=True)
        parts += [f"## {title}: {len(group)} of {len(verdicts)}", table if lines else "None."]
    return "\n\n".join(parts) + "\n"


def frame(verdicts: list[Verdict], evidence: Evidence) -> pd.DataFrame:
    """One line per claim, for machines."""
    lines = []
    for verdict in verdicts:
        claim, effect = verdict.claim, verdict.effect
        lines.append(
            {
                "name": claim.name,
                "verdict": verdict.word,
                "value": effect and effect.value,
                "low": effect and effect.low,
                "high": effect and effect.high,
                "unit": claim.effect.unit,
                "asked": claim.asked,
                "seeds": " ".join(map(str, effect.seeds)) if effect else "",
                "machine": verdict.machine,
                "reason": verdict.reason,
                "rows": " ".join((verdict.evidence or evidence).names(claim.effect.runs)),
                "statement": claim.statement,
                "source": f"{claim.source.citation}, {claim.place}",
                "address": claim.source.url,
            }
        )
    return pd.DataFrame(lines)


def lines(verdicts: list[Verdict]) -> str:
    """Verdicts for a terminal, two or three lines each."""
    texts = []
    for verdict in verdicts:
        texts.append(f"{verdict.word}: {verdict.claim.statement} [{verdict.claim.name}]")
        found = f"{effect_text(verdict)}; asked: {verdict.claim.asked}"
        texts.append(f"  {verdict.reason if verdict.effect is None else found}")
        if verdict.effect is not None and verdict.reason:
            texts.append(f"  {verdict.reason}")
    return "\n".join(texts)
