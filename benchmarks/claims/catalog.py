"""All claims, and the command that judges them."""

import pathlib

from benchmarks.claims.attention import ATTENTION
from benchmarks.claims.decoding import DECODING
from benchmarks.claims.evidence import Evidence
from benchmarks.claims.page import frame, lines, markdown
from benchmarks.claims.recurrent import RECURRENT
from benchmarks.claims.training import TRAINING
from benchmarks.claims.transformers import TRANSFORMERS
from benchmarks.claims.verdict import Claim, judge
from zoo.errors import UnknownName
from zoo.files import write_text

CLAIMS: list[Claim] = [*RECURRENT, *ATTENTION, *TRANSFORMERS, *DECODING, *TRAINING]


def named(names: list[str]) -> list[Claim]:
    """The claims of these names, or all if there are no names. Raises `UnknownName`."""
    known = {claim.name: claim for claim in CLAIMS}
    for name in names:
        if name not in known:
            raise UnknownName("claim", name, list(known))
    return [known[name] for name in names] or CLAIMS


def report(names: list[str], results: pathlib.Path) -> str:
    """Judges claims by the rows below `results`.

    All claims together are also written to results/claims/README.md and claims.csv.

    Args:
        names: of claims; none takes all.
        results: folder with a folder of rows for each suite.

    Returns:
        The verdicts as text.

    Raises:
        UnknownName: no claim has this name.
        ZooError: rows or outcomes are broken.
    """
    evidence = Evidence(results)
    verdicts = [judge(claim, evidence) for claim in named(names)]
    if names:
        return lines(verdicts)
    folder = evidence.results / "claims"
    folder.mkdir(parents=True, exist_ok=True)
    table = frame(verdicts, evidence).to_csv(index=False, float_format="%.6g")
    write_text(folder / "claims.csv", table)
    write_text(folder / "README.md", markdown(verdicts, evidence))
    return f"{lines(verdicts)}\nPage: {folder / 'README.md'}"
