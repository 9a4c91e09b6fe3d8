"""`zoo doctor`: what TensorFlow can compute on here, and where a GPU lies idle, why and what mends it."""

import os
import pathlib
import platform
import shutil
import subprocess
import sys

from zoo.backend import default_precision, import_tensorflow

INSTALL = "pip install 'tensorflow[and-cuda]', or the zoo with its extra cuda"


def diagnose():
    """Findings and advice.

    Returns:
        List of (name, finding) pairs of str, and a list of str, each what is wrong and the command that mends it.
    """
    import_tensorflow()
    import keras
    import tensorflow as tf

    built = tf.sysconfig.get_build_info()
    gpus, cards = tf.config.list_physical_devices("GPU"), nvidia_cards()
    facts = [
        ("Python", platform.python_version()),
        ("TensorFlow", tf.__version__),
        ("Keras", f"{keras.__version__}, backend {keras.backend.backend()}"),
        ("processor", f"{os.cpu_count()} cores"),
        ("bfloat16 on the processor", yes(processor_has("avx512_bf16", "amx_bf16"))),
        (
            "TensorFlow's build",
            f"CUDA {built['cuda_version']}, cuDNN {built['cudnn_version']}"
            if built.get("is_cuda_build")
            else "without CUDA",
        ),
        ("NVIDIA cards that the driver sees", ", ".join(cards) or "none"),
        ("GPUs that TensorFlow sees", ", ".join(map(describe_gpu, gpus)) or "none"),
        ("XLA", yes(compiles())),
        ("precision of a training, left open", default_precision()),
    ]
    return facts, advice(cards, gpus, built)


def advice(cards, gpus, built):
    """What to do about cards that TensorFlow does not use: list of str."""
    found = []
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        found.append(
            "CUDA_VISIBLE_DEVICES hides all cards; mend it with: unset CUDA_VISIBLE_DEVICES"
        )
    elif cards and not gpus and not built.get("is_cuda_build"):
        found.append(f"this TensorFlow is built without CUDA; mend it with: {INSTALL}")
    elif cards and not gpus:
        missing = [
            name
            for name in ("nvidia.cudnn", "nvidia.cublas", "nvidia.cuda_runtime")
            if not installed(name)
        ]
        if missing:
            found.append(f"the libraries {', '.join(missing)} are missing; mend it with: {INSTALL}")
        else:
            found.append(
                "TensorFlow cannot load the card's libraries; its own words: "
                "python -c 'import tensorflow as tf; tf.config.list_physical_devices(\"GPU\")'"
            )
    elif not cards and gpus_on_the_bus():
        found.append(
            "a card is there and its driver does not answer; mend it by installing NVIDIA's driver, then: nvidia-smi"
        )
    if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
        found.append("the zoo runs on TensorFlow; mend it with: unset KERAS_BACKEND")
    return found


def nvidia_cards():
    """Names of the cards that NVIDIA's driver sees: list of str, empty where there is no driver."""
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


def gpus_on_the_bus():
    """Whether the PCI bus has a display controller of NVIDIA."""
    for device in pathlib.Path("/sys/bus/pci/devices").glob("*"):
        try:
            if (device / "vendor").read_text().strip() == "0x10de" and (
                device / "class"
            ).read_text().startswith("0x03"):
                return True
        except OSError:
            pass
    return False


def installed(module):
    """Whether a module can be imported, without importing it."""
    import importlib.util

    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def describe_gpu(device):
    """Name and compute capability of a device of TensorFlow."""
    import tensorflow as tf

    details = tf.config.experimental.get_device_details(device)
    capability = ".".join(map(str, details.get("compute_capability", ())))
    return (
        f"{details.get('device_name', device.name)} (compute capability {capability or 'unknown'})"
    )


def processor_has(*flags):
    """Whether the processor has one of the instructions, as Linux tells; None where it tells nothing."""
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return None
    return any(flag in text for flag in flags)


def compiles():
    """Whether XLA compiles and runs a function here."""
    import tensorflow as tf

    try:
        return float(tf.function(lambda x: x + 1.0, jit_compile=True)(tf.constant(1.0))) == 2.0
    except tf.errors.OpError as error:
        print(f"zoo: XLA fails: {error.message.splitlines()[0]}", file=sys.stderr)
        return False


def yes(known):
    return {True: "yes", False: "no", None: "unknown"}[known]
