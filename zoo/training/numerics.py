"""What the numbers of a training depend on besides its data: precision, seed, and the order of a GPU's additions."""

BFLOAT16_SINCE = (8, 0)  # compute capability of the first GPUs with matrix units for bfloat16, NVIDIA's Ampere


def fitting_precision():
    """"mixed_bfloat16" where all GPUs that TensorFlow sees compute in it, else "float32", as on a processor."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    capabilities = [tf.config.experimental.get_device_details(gpu).get("compute_capability", (0, 0)) for gpu in gpus]
    return "mixed_bfloat16" if gpus and min(capabilities) >= BFLOAT16_SINCE else "float32"


def make_repeatable(recipe):
    """Seeds this process as a `Recipe` says, and where it asks for it has TensorFlow compute in one order only."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(recipe.seed)
    if recipe.deterministic:
        tf.config.experimental.enable_op_determinism()
