"""What all tests share: a quiet TensorFlow backend, and the ledger of how close each variant comes
to its reference.
"""

import csv
import gc
import json
import os
import pathlib
import signal
import sys

import hypothesis
import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Each worker has a core to itself: further threads would only wait for one another.
for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
    os.environ.setdefault(name, "1")
# PyPI's CUDA build of torch brings Triton, whose LLVM and TensorFlow's crash in one process. Torch
# goes on without it.
sys.modules.setdefault("triton", None)
signal.signal(
    signal.SIGINT, signal.default_int_handler
)  # a shell's background jobs, and what tests start there, ignore it

# The same examples each time, however long a busy machine takes over one.
hypothesis.settings.register_profile("zoo", deadline=None, derandomize=True)
hypothesis.settings.load_profile("zoo")

LEDGER = ("variant", "reference", "compared", "difference", "tolerance")


def pytest_addoption(parser):
    parser.addoption(
        "--parity-csv",
        metavar="FILE",
        help="write what the parity tests measured, one row a comparison",
    )


@pytest.fixture
def parity(request):
    """Holds a variant to a reference, and notes the largest difference for `--parity-csv`.

    Call it with the family's name, what it is compared with, what is compared, the two arrays, and
    the tolerance: the largest absolute difference over the largest magnitude of the reference, or
    over 1 where that is smaller.
    """
    path = request.config.getoption("--parity-csv")

    def check(variant, reference, compared, actual, expected, tolerance):
        actual, expected = np.asarray(actual, "float64"), np.asarray(expected, "float64")
        assert actual.shape == expected.shape
        assert np.isfinite(actual).all()
        difference = float(np.abs(actual - expected).max() / max(1.0, np.abs(expected).max()))
        if path:
            with open(
                f"{path}.rows", "a", encoding="utf-8"
            ) as file:  # short appended lines of several workers do not mix
                file.write(json.dumps([variant, reference, compared, difference, tolerance]) + "\n")
        assert difference <= tolerance, (
            f"{variant} differs from {reference} in {compared} by {difference:.2e}"
        )

    return check


def pytest_collection_finish(session):
    """Leaves out work that pays off in long runs only, and has GPUs compute as exactly as CPUs.

    TensorFlow optimizes no graph, of which most run a few times. A GPU's default products would
    round float32 to TensorFloat-32. What was imported is never
    garbage: the collector need not look at it again and again.
    """
    if "tensorflow" in sys.modules:
        config = sys.modules["tensorflow"].config
        config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
        config.experimental.enable_tensor_float_32_execution(False)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def determinism():
    """TensorFlow's switch for it, which is as before after the test."""
    from tensorflow.python.framework import config  # the public interface has no way back

    before = config.is_op_determinism_enabled()
    config.disable_op_determinism()
    yield config
    (config.enable_op_determinism if before else config.disable_op_determinism)()


@pytest.fixture
def traced():
    """Decoding is traced instead of compiled; see `tests.tracing`."""
    from tests.tracing import traced_decoding

    with traced_decoding():
        yield


@pytest.fixture
def eager():
    """Nothing is traced; see `tests.tracing`."""
    from tests.tracing import run_eagerly

    with run_eagerly():
        yield


def pytest_sessionfinish(session):
    """Joins what the workers noted: the largest difference of each comparison."""
    path = session.config.getoption("--parity-csv")
    rows = pathlib.Path(f"{path}.rows")
    if not path or hasattr(session.config, "workerinput") or not rows.is_file():
        return
    worst = {}
    for line in rows.read_text(encoding="utf-8").splitlines():
        *key, difference, tolerance = json.loads(line)
        worst[tuple(key)] = max(worst.get(tuple(key), (0.0, tolerance)), (difference, tolerance))
    rows.unlink()
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(LEDGER)
        writer.writerows((*key, f"{d:.1e}", f"{t:.0e}") for key, (d, t) in sorted(worst.items()))
