"""The precision of a training that leaves it open."""

BFLOAT16_SINCE = (8, 0)  # compute capability of the first GPUs with matrix units for bfloat16, NVIDIA's Ampere


def fitting_precision():
    """"mixed_bfloat16" where all GPUs that TensorFlow sees compute in it, else "float32", as on a processor."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    capabilities = [tf.config.experimental.get_device_details(gpu).get("compute_capability", (0, 0)) for gpu in gpus]
    return "mixed_bfloat16" if gpus and min(capabilities) >= BFLOAT16_SINCE else "float32"
