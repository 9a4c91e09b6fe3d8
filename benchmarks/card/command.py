"""`python -m benchmarks card [PART ...]`: measures this machine's card, part by part."""

import contextlib
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys

from benchmarks.card import COMMAND, PARTS
from benchmarks.card.page import render
from benchmarks.card.part import tries_file
from benchmarks.provenance import processor
from benchmarks.suite import REPOSITORY
from zoo.errors import UnknownName, ZooError
from zoo.files import write_text

SETTINGS = {  # for parts, unless the user has others
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # the processes of a step share the card
    "CUDA_CACHE_MAXSIZE": str(2**32),  # bytes: holds all kernels that CUDA compiles for a new card
}


def main(names, rehearse=False, fresh=False, results=None, peer_python=sys.executable):
    """Measures parts, and writes a table of each and the page as they end.

    Args:
        names: of the parts to measure; empty means all.
        rehearse: measures at small size, for which a CPU will do.
        fresh: discards the rows of these parts first.
        results: path of the folder for the tables; None is results/cards/NAME-OF-THE-CARD, or
            runs/card_rehearsal.
        peer_python: path of a Python that has PyTorch and transformers.

    Returns:
        The exit status: 1 if a part could not be finished.

    Raises:
        UnknownName: there is no such part.
        ZooError: there is no card and this is no rehearsal.
    """
    for name in names:
        if name not in PARTS:
            raise UnknownName("part", name, list(PARTS))
    card = card_name()
    if card is None and not rehearse:
        raise ZooError(
            f"TensorFlow sees no card (zoo doctor says why); to try: {COMMAND} --rehearse"
        )
    folder = pathlib.Path(results or default_folder(card, rehearse)).absolute()
    if os.sep in str(peer_python):
        peer_python = os.path.abspath(peer_python)  # the parts run in another folder
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    write_text(folder / "card.txt", f"{card or processor()}\n")
    write_text(folder / "doctor.txt", output_of([sys.executable, "-m", "zoo", "doctor"]))
    unfinished = []
    for name in names or PARTS:
        if fresh:
            (folder / f"{name}.csv").unlink(missing_ok=True)
            tries_file(folder, name).unlink(missing_ok=True)
            shutil.rmtree(folder / "logs" / name, ignore_errors=True)
        reason = run_part(name, folder, rehearse, peer_python)
        if reason:
            unfinished.append(name)
            print(f"{name}: {reason}; log: {folder / 'logs' / name}.log", flush=True)
        write_text(folder / "README.md", render(folder))
    if unfinished:
        print("what has a row is kept; run the same command again, without --fresh, to go on")
    print(f"page: {folder / 'README.md'}")
    return 1 if unfinished else 0


def run_part(name, folder, rehearse, peer_python):
    """Runs one part in a process of its own. Returns why it is unfinished, or None."""
    words = [sys.executable, "-m", "benchmarks.card.part", name, str(folder), str(peer_python)]
    with open(folder / "logs" / f"{name}.log", "w") as log:
        process = subprocess.Popen(
            words + ["--rehearse"] * rehearse,
            cwd=REPOSITORY,
            env=SETTINGS | os.environ,
            stderr=log,
            start_new_session=True,
        )
        try:
            status = process.wait(timeout=60 * PARTS[name])
        except subprocess.TimeoutExpired:
            return f"not finished in {PARTS[name]} minutes"
        finally:  # with all that it has started, which would disturb the next part
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return None if status == 0 else f"failed with exit status {status}"


def card_name():
    """The name of the first card that TensorFlow sees, or None. Asked in a process of its own,
    because one that has seen a card keeps some of its memory.
    """
    code = (
        "from benchmarks import provenance; import tensorflow; "
        "print(*provenance.hardware()['gpus'][:1])"
    )
    *_, last = output_of([sys.executable, "-c", code]).splitlines() or [""]
    return last.strip() or None


def default_folder(card, rehearse):
    """Where a card's tables go."""
    if rehearse:
        return REPOSITORY / "runs" / "card_rehearsal"
    return REPOSITORY / "results" / "cards" / re.sub(r"[^a-z0-9]+", "_", card.lower()).strip("_")


def output_of(words):
    """What a command prints. If it fails, its last complaint is printed here."""
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode and (complaint := done.stderr.strip()):
        print(f"{shlex.join(words)} failed: {complaint.splitlines()[-1]}", file=sys.stderr)
    return done.stdout
