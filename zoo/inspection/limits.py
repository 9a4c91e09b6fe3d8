"""Whether a model and its batches fit into the memory of this machine, before they are built, and
the sources of a task into its positions.

The counts err on the small side, so that nothing is refused that would fit.
"""

from zoo import registry
from zoo.backend import check_memory, room
from zoo.errors import ZooError
from zoo.inspection.abstract import abstract_model, trainable

WEIGHT = 4  # bytes of a float32
# Bytes per parameter in training: its weight, its gradient and what the optimizer keeps.
TRAINING = {"adam": 16, "adamw": 16, "sgd": 12, "adafactor": 8}
# Arguments are counted exactly up to these values, and beyond them by extrapolation.
MOST = {"depth": 8, "decoder_depth": 8, "kernel": 16, "heads": 64}
MOST_UNITS = 4096  # of any other argument
SMALL_BATCH = 100_000  # tokens of a batch that is not worth counting
KEPT = 0.25  # share of all activations that a training step holds at once, or more (measured)


def check_model(name, source_vocabulary, target_vocabulary, overrides, optimizer=None):
    """Refuses a model that this machine cannot hold.

    Args:
        name: str, a registered model.
        source_vocabulary, target_vocabulary: int; the first is None for frames.
        overrides: dict of constructor arguments.
        optimizer: str, the optimizer that trains it; None only decodes.

    Raises:
        ZooError: the model takes more memory than there is; the message names the argument to
            lower. Also any error of `zoo.create`, for an unknown or wrong argument.
    """
    registry.models.check_overrides(name, overrides)
    size = TRAINING[optimizer] if optimizer else WEIGHT
    here = room()
    vocabulary = (source_vocabulary, target_vocabulary)
    if here is None or size * roughly(name, vocabulary, overrides) < here:
        return
    bounds = {
        key: least_parameters(name, vocabulary, overrides, key)
        for key in [None, *large(name, overrides)]
    }
    key = max(bounds, key=lambda key: bounds[key])
    changed = [key] if key else [k for k, v in overrides.items() if type(v) is int]
    lower = " or ".join(f"--set {key}" for key in changed) or "the model's size"
    purpose = f"training {name}" if optimizer else name
    check_memory(size * bounds[key], f"{purpose}{shown(overrides, changed)}", lower)


def check_batches(model, buckets, distribution=None):
    """Refuses batches whose training step this machine cannot hold.

    Args:
        model: a built `Seq2Seq`.
        buckets: list of `zoo.data.buckets.Bucket`, the shapes of the batches.
        distribution: `tf.distribute.Strategy` whose devices share a batch, or None for one device.

    Raises:
        ZooError: a step takes more memory than there is.
    """
    bucket = max(buckets, key=lambda bucket: tokens_of(bucket))
    if tokens_of(bucket) <= SMALL_BATCH:
        return
    from zoo.inspection.memory import activation_bytes
    from zoo.inspection.trace import trace

    row = activation_bytes(trace(model, 1, bucket.source_length, bucket.target_length))
    devices = distribution.num_replicas_in_sync if distribution else 1
    check_memory(
        KEPT * bucket.rows * row / devices,
        f"a training step on {bucket.rows:,} rows of {bucket.source_length:,} source and "
        f"{bucket.target_length:,} target tokens",
        "--tokens",
    )


def needed_positions(model, task):
    """The constructor arguments with which a model's positions reach over a task's texts.

    Args:
        model: `Seq2Seq`.
        task: `Task`.

    Returns:
        Dict of `max_positions` and `max_source` to a number of positions that is enough; without
        those of which the model has enough.

    Raises:
        ZooError: they do not reach, and the model has no such argument.
    """
    source, target = task.max_source_length, task.max_target_length
    limit, room = model.longest_source(target), model.longest_target()
    short = limit is not None and source > limit, room is not None and target > room
    if any(short) and not hasattr(model, "max_positions"):  # a variant with a limit of its own
        said = [f"reads at most {limit} source tokens"] * (limit is not None)
        said += [f"writes at most {room} tokens"] * (room is not None)
        raise ZooError(
            f"the model {' and '.join(said)}, and the longest source of the task {task.name} has "
            f"{source} tokens and its longest target {target}"
        )
    needed = {}
    if short[0]:
        option = "max_source" if hasattr(model, "max_source") else "max_positions"
        needed[option] = getattr(model, option) + source - limit
    if short[1]:
        needed["max_positions"] = max(target, needed.get("max_positions", 0))
    return needed


def check_positions(model, task):
    """Refuses a task that has, in any split, texts longer than the model's positions reach.

    Args:
        model: `Seq2Seq`.
        task: `Task`.

    Raises:
        ZooError: the message names how many positions are enough.
    """
    needed = needed_positions(model, task)
    if needed:
        options = " and ".join(f"{option}={enough}" for option, enough in needed.items())
        raise ZooError(
            f"{getattr(model, next(iter(needed)))} positions are too few for the task {task.name}, "
            f"whose longest source has {task.max_source_length} tokens and whose longest target "
            f"{task.max_target_length}; set {options}"
        )


def tokens_of(bucket):
    """Source and target tokens of a batch, padding included."""
    return bucket.rows * (bucket.source_length + bucket.target_length)


def shown(overrides, keys):
    """The overrides that matter, such as " with units=100000"."""
    pairs = [f"{key}={overrides[key]}" for key in keys]
    return f" with {', '.join(pairs)}" if pairs else ""


def roughly(name, vocabulary, overrides):
    """An upper bound on the model's parameters, without building it."""
    card = registry.card(name)
    if "parameters" not in card:
        return float("inf")
    found = float(card["parameters"])
    registered = registry.models.overrides(name)
    source = vocabulary[0] or overrides.get("source_features") or 1
    counted = card["vocabulary"][0] or registered["source_features"]
    found *= max(1, source / counted, vocabulary[1] / card["vocabulary"][1])
    for key, value in sizes(overrides).items():
        if type(registered[key]) in (int, type(None)):
            found *= max(1, value / (registered[key] or 1)) ** 2
    return found


def large(name, overrides):
    """The overrides that are too large to be counted exactly."""
    return [key for key, value in sizes(overrides).items() if value > most(key)]


def sizes(overrides):
    """The overrides that are whole numbers, but `source_features`, which belongs to the source."""
    return {k: v for k, v in overrides.items() if type(v) is int and k != "source_features"}


def most(key):
    """The largest value of an argument that is counted exactly."""
    return MOST.get(key, MOST_UNITS)


def least_parameters(name, vocabulary, overrides, key=None):
    """A lower bound on the trainable parameters; 0 if the model cannot be built.

    Args:
        name, vocabulary, overrides: the model.
        key: the argument that is followed to its real value; other large ones stay capped.
    """
    card = registry.card(name)
    if not overrides and vocabulary == tuple(card["vocabulary"]) and "parameters" in card:
        return card["parameters"]
    capped = dict(overrides)
    for other in large(name, overrides):
        capped[other] = most(other)

    def counted(**changed):
        return trainable(abstract_model(name, *vocabulary, **(capped | changed)))

    try:
        if key is None:
            return counted()
        heads = capped.get("heads", registry.models.overrides(name).get("heads")) or 1
        step = 1 if key in MOST else 2 * heads  # widths must be multiples of the heads
        unit = max(1, most(key) // (4 * step)) * step
        return extrapolated([counted(**{key: unit * n}) for n in (1, 2, 3)], overrides[key] / unit)
    except ZooError:  # the real model will say what is wrong with its own values
        return 0


def extrapolated(counts, times):
    """The quadratic through counts at 1, 2 and 3, at a larger value."""
    first, second, third = counts
    bend = max(0, third - 2 * second + first)
    return first + (second - first) * (times - 1) + bend * (times - 1) * (times - 2) / 2
