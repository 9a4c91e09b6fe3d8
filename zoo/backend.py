"""TensorFlow beneath Keras: quiet start, compiled functions, precision and seeds.

Also what this machine has: cores, GPUs and memory.

Nothing here imports TensorFlow before a function that needs it is called.
"""

import contextlib
import functools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import weakref

from zoo.errors import TooLittleMemory

# Compute capability of the first GPUs with matrix units for a precision: Ampere and Volta.
SINCE = {"mixed_bfloat16": (8, 0), "mixed_float16": (7, 0)}
LARGEST_GPU = 2**40  # bytes that no GPU exceeds
OUT_OF_MEMORY = ("out of memory", "cublas_status_alloc_failed")  # messages, in lower case

_functions: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()
_making = threading.Lock()


@contextlib.contextmanager
def quiet_imports():
    """Holds back what C++ code writes to standard error, and shows it only after an exception."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(kept, 2)
            held.seek(0)
            os.write(2, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


def import_tensorflow():
    """Imports TensorFlow without its start-up lines, registers its devices, and returns it."""
    with quiet_imports():
        import tensorflow as tf

        tf.config.list_physical_devices()
        tf.get_logger().setLevel("ERROR")  # it warns of every new shape of a compiled function
    return tf


def compiled(model, key, function):
    """Compiles `function(model, *tensors)` with XLA, once per model, key and input shape.

    Args:
        model: any Keras model. The compiled function lives as long as the model.
        key: hashable, distinguishes this function from the model's other functions.
        function: takes the model and tensors.

    Returns:
        A function of the tensors alone.
    """
    import tensorflow as tf

    with _making:
        kept = _functions.setdefault(model, {})
        if key not in kept:
            held = weakref.ref(model)  # a strong reference would keep the model alive forever
            kept[key] = tf.function(
                lambda *tensors: function(held(), *tensors), jit_compile=True, autograph=False
            )
        return kept[key]


def cores():
    """Number of CPU cores available to this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def memory():
    """Bytes of memory that this process can still get, swap space included.

    Returns:
        An int, at most what a container's limit allows; None where the system does not say.
    """
    try:
        lines = pathlib.Path("/proc/meminfo").read_text().splitlines()
        sizes = {key: int(rest.split()[0]) for key, _, rest in (x.partition(":") for x in lines)}
        free = 1024 * (sizes["MemAvailable"] + sizes.get("SwapFree", 0))
    except (OSError, ValueError, KeyError, IndexError):
        return None
    return min([free, *container_limits()])


def container_limits():
    """Limits in bytes that control groups (version 1 and 2) put on this process."""
    try:
        groups = pathlib.Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    limits = []
    for group in groups:
        _, controllers, path = group.split(":", 2)
        if controllers not in ("", "memory"):
            continue
        root = pathlib.Path("/sys/fs/cgroup", controllers)
        name = "memory.limit_in_bytes" if controllers else "memory.max"
        for folder in (root, root / path.lstrip("/")):
            try:
                limits.append(int((folder / name).read_text()))
            except (OSError, ValueError):  # no such group here, or "max", which is no limit
                pass
    return limits


@contextlib.contextmanager
def explained_memory(message):
    """Turns running out of memory inside the `with` block into a `ZooError` with this message."""
    try:
        yield
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        raise TooLittleMemory(message) from error


def is_out_of_memory(error):
    """Whether an exception says that memory ran out, in Python, NumPy, TensorFlow or XLA."""
    names = {kind.__name__ for kind in type(error).__mro__}  # so as not to import TensorFlow
    said = any(phrase in str(error).lower() for phrase in OUT_OF_MEMORY)
    return said or bool(names & {"ResourceExhaustedError", "MemoryError"})


def check_memory(needed, what, lower):
    """Refuses what cannot fit, before it is built.

    Args:
        needed: bytes that it takes at least.
        what: what takes them, such as "a beam of 1,000,000".
        lower: what the user can lower, such as "--beam".

    Raises:
        TooLittleMemory: this machine has less memory.
    """
    here = room()
    if here is not None and needed > here:
        raise TooLittleMemory(
            f"{what} takes at least {readable(needed)} of memory, and {readable(here)} are free "
            f"here; lower {lower}"
        )


def room():
    """Bytes for models and batches: of the largest GPU if there is one, else `memory()`."""
    return gpu_memory() or memory()


def cards_hidden():
    """Whether CUDA_VISIBLE_DEVICES hides all cards from this process."""
    return os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")


def nvidia_cards():
    """Names of the cards that NVIDIA's driver sees; an empty list if there is no driver."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    try:
        found = subprocess.run(
            [program, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return found.stdout.splitlines() if found.returncode == 0 else []


def gpu_memory():
    """Bytes that TensorFlow may take of the largest GPU; 0 if it is not loaded or sees none."""
    if "tensorflow" not in sys.modules:
        return 0
    import tensorflow as tf

    return largest_limit() if tf.config.list_physical_devices("GPU") else 0


@functools.cache  # TensorFlow sets up its devices anew each time it is asked
def largest_limit():
    """Bytes that TensorFlow may take of the largest of its GPUs."""
    import tensorflow as tf

    try:
        from tensorflow.python.client import device_lib

        devices = device_lib.list_local_devices()
        return max(device.memory_limit for device in devices if device.device_type == "GPU")
    except (ImportError, AttributeError, RuntimeError, ValueError, tf.errors.OpError):
        return LARGEST_GPU  # its size is unknown: leave it to TensorFlow's own error


def readable(number):
    """Writes bytes as "47.5 KiB", "850.3 MiB" or "1.2 GiB"."""
    for power, unit in ((50, "PiB"), (40, "TiB"), (30, "GiB"), (20, "MiB")):
        if number >= 2**power:
            return f"{number / 2**power:,.1f} {unit}"
    return f"{number / 2**10:,.1f} KiB"


def default_precision():
    """The precision of a training whose recipe does not name one: bfloat16 or float32."""
    return "mixed_bfloat16" if is_fast("mixed_bfloat16") else "float32"


def precision_here(recipe):
    """The precision of a `Recipe`, or float32 where 16 bits are not faster, as on a CPU."""
    slow = recipe.precision in SINCE and not is_fast(recipe.precision)
    return "float32" if slow else recipe.precision


def is_fast(precision):
    """Whether there are GPUs, and all have matrix units for a precision of 16 bits."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    capabilities = [detail.get("compute_capability", (0, 0)) for detail in details]
    return bool(gpus) and min(capabilities) >= SINCE[precision]


def make_repeatable(recipe):
    """Seeds this process from a `Recipe`, and makes TensorFlow deterministic if the recipe asks."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(recipe.seed)
    if recipe.deterministic:
        tf.config.experimental.enable_op_determinism()
