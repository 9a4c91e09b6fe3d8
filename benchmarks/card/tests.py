"""Part `tests`: the tests whose outcome may depend on the hardware."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from benchmarks.suite import REPOSITORY
from zoo.errors import ZooError

TITLE = "Tests on the card"
TEXT = """Parts of the test suite that compute on the card: equality with the references, masks and
padding, decoding against plain loops, mixed precision, and a training that resumes."""
FOLDERS = (
    "tests/contract",
    "tests/layers",
    "tests/decoding",
    "tests/training",
    "tests/models",
)
REHEARSED = ("tests/layers/test_dropout.py",)
TOGETHER = 4  # files per process, which takes seconds to start


def steps(rehearse):
    """Groups of `TOGETHER` test files by name, each far shorter than the part's time limit."""
    files = [
        str(path.relative_to(REPOSITORY))
        for folder in FOLDERS
        for path in sorted((REPOSITORY / folder).rglob("test_*.py"))
    ]
    chosen = REHEARSED if rehearse else files
    groups = [chosen[i : i + TOGETHER] for i in range(0, len(chosen), TOGETHER)]
    return {" ".join(paths): dict(paths=list(paths)) for paths in groups}


def measure(folder, peer_python, paths):
    """Runs tests in one process: a row with "passed", "failed", "skipped", and names of the failed.

    Raises:
        ZooError: pytest did not come to an end.
    """
    report = folder / "logs" / "tests.xml"
    report.unlink(missing_ok=True)
    words = [
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        *paths,
        f"--junitxml={report}",
    ]
    subprocess.run([sys.executable, *words], cwd=REPOSITORY, stdout=sys.stderr)
    if not report.is_file():
        raise ZooError(f"pytest wrote no report of {' '.join(paths)}")
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = [case for case in cases if {"failure", "error"} & {child.tag for child in case}]
    skipped = [case for case in cases if "skipped" in {child.tag for child in case}]
    return {
        "passed": len(cases) - len(failed) - len(skipped),
        "failed": len(failed),
        "skipped": len(skipped),
        "failures": " ".join(f"{case.get('classname')}::{case.get('name')}" for case in failed),
    }
