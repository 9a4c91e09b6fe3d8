"""`zoo doctor`: what TensorFlow can compute on here, and why a GPU is not used."""

import importlib.util
import math
import os
import pathlib
import platform
import sys

from tabulate import tabulate

from zoo.backend import (
    cards_hidden,
    cores,
    default_precision,
    import_tensorflow,
    memory,
    nvidia_cards,
    readable,
)

REINSTALL = "pip install --force-reinstall tensorflow"
INSTALL = "pip install 'seq2seq-zoo[cuda]'"
LIBRARIES = ("nvidia.cudnn", "nvidia.cublas", "nvidia.cuda_runtime")


def add_commands(command):
    """Declares `zoo doctor`."""
    command(
        "doctor",
        doctor_command,
        "say what TensorFlow can compute on here, and why a GPU is not used",
    )


def doctor_command(options):
    """`zoo doctor`."""
    facts, advice = diagnose()
    print(tabulate(facts, tablefmt="plain", disable_numparse=True))
    print("\n" + "\n".join(advice or ["no problem found"]))


def diagnose():
    """Looks at this machine.

    Returns:
        Facts as a list of (name, finding), and advice as a list of str: each says what is wrong
        and which command fixes it.
    """
    import_tensorflow()
    import keras
    import tensorflow as tf

    build = tf.sysconfig.get_build_info()
    gpus = tf.config.list_physical_devices("GPU")
    cards = nvidia_cards()
    cuda = "without CUDA"
    if build.get("is_cuda_build"):
        cuda = f"CUDA {build.get('cuda_version', '?')}, cuDNN {build.get('cudnn_version', '?')}"
    free, xla = memory(), compiles()
    facts = [
        ("Python", platform.python_version()),
        ("TensorFlow", tf.__version__),
        ("Keras", f"{keras.__version__}, backend {keras.backend.backend()}"),
        ("processor", f"{cores()} cores"),
        ("free memory", "unknown" if free is None else readable(free)),
        ("bfloat16 on the processor", yes(processor_has("avx512_bf16", "amx_bf16"))),
        ("TensorFlow's build", cuda),
        ("NVIDIA cards that the driver sees", ", ".join(cards) or "none"),
        ("GPUs that TensorFlow sees", ", ".join(map(describe_gpu, gpus)) or "none"),
        ("XLA", yes(xla)),
        ("default precision of a training", default_precision()),
    ]
    if gpus:
        allowed = tf.config.experimental.tensor_float_32_execution_enabled()
        facts.append(("TensorFloat-32 in float32 products", yes(allowed)))
    return facts, advice(cards, gpus, build, xla)


def advice(cards, gpus, build, xla):
    """What to do about cards that TensorFlow does not use, and XLA that fails: a list of str."""
    found = []
    if not xla:
        found.append(
            f"XLA fails, as said above; fix it with: {INSTALL if gpus else REINSTALL}; "
            "or train without it: zoo train --no-compiled"
        )
    if cards_hidden():
        found.append(
            "CUDA_VISIBLE_DEVICES hides all cards; fix it with: unset CUDA_VISIBLE_DEVICES"
        )
    elif cards and not gpus and not build.get("is_cuda_build"):
        found.append(f"this TensorFlow is built without CUDA; fix it with: {INSTALL}")
    elif cards and not gpus:
        missing = [name for name in LIBRARIES if not installed(name)]
        if missing:
            found.append(f"the libraries {', '.join(missing)} are missing; fix it with: {INSTALL}")
        else:
            found.append(
                "TensorFlow cannot load the card's libraries; it says why with: "
                "python -c 'import tensorflow as tf; tf.config.list_physical_devices(\"GPU\")'"
            )
    elif not cards and gpus_on_the_bus():
        found.append(
            "there is a card, and its driver does not answer; install NVIDIA's driver, then: "
            "nvidia-smi"
        )
    if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
        found.append("the zoo runs on TensorFlow; fix it with: unset KERAS_BACKEND")
    return found


def gpus_on_the_bus():
    """Whether a display controller of NVIDIA is on the PCI bus."""
    for device in pathlib.Path("/sys/bus/pci/devices").glob("*"):
        try:
            nvidia = (device / "vendor").read_text().strip() == "0x10de"
            if nvidia and (device / "class").read_text().startswith("0x03"):
                return True
        except OSError:
            pass
    return False


def installed(module):
    """Whether a module can be imported, without importing it."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def describe_gpu(device):
    """Name and compute capability of a TensorFlow device."""
    import tensorflow as tf

    details = tf.config.experimental.get_device_details(device)
    capability = ".".join(map(str, details.get("compute_capability", ()))) or "unknown"
    return f"{details.get('device_name', device.name)} (compute capability {capability})"


def processor_has(*flags):
    """Whether the processor has one of the instruction sets; None if Linux does not say."""
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return None
    return any(flag in text for flag in flags)


def compiles():
    """Whether XLA compiles a matrix product and what follows it, which need the GPU's libraries."""
    import tensorflow as tf

    function = tf.function(lambda x: tf.tanh(x @ x), jit_compile=True)
    try:
        return abs(float(function(tf.fill((64, 64), 0.125))[0, 0]) - math.tanh(1.0)) < 1e-3
    except tf.errors.OpError as error:
        print(f"zoo: XLA fails: {error.message.splitlines()[0]}", file=sys.stderr)
        return False


def yes(known):
    """True, False and None as words."""
    return {True: "yes", False: "no", None: "unknown"}[known]
