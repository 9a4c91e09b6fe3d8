"""`zoo find-lr`: the learning rate at which the loss falls the fastest."""

import pathlib

from zoo.backend import import_tensorflow
from zoo.cli.align import check_picture
from zoo.cli.training_request import add_training, read_request
from zoo.errors import ZooError


def add_commands(command):
    """Declares `zoo find-lr`."""
    sub = command(
        "find-lr",
        find_lr_command,
        "sweep the learning rate over the first steps of a training, and plot the loss",
    )
    add_training(sub)
    sub.add_argument("--low", type=float, default=1e-6, help="first rate (default: 1e-6)")
    sub.add_argument("--high", type=float, default=1.0, help="last rate (default: 1)")
    sub.add_argument(
        "--sweep", type=int, default=120, metavar="STEPS", help="steps of the sweep (default: 120)"
    )
    sub.add_argument(
        "--out",
        type=pathlib.Path,
        default=pathlib.Path("learning_rate.png"),
        help="picture; a table goes beside it, with .csv at its end (default: learning_rate.png)",
    )


def find_lr_command(options):
    """`zoo find-lr MODEL TASK`."""
    check_picture(options.out)
    request = read_request(options)
    if request.checkpoint:
        raise ZooError(
            "find-lr sweeps the rate of a registered model that starts from scratch, not of a "
            "checkpoint"
        )
    import_tensorflow()
    from zoo.training.find_lr import check_table, find_lr, write_sweep

    check_table(options.out)
    task = request.load_task()
    sweep = (options.low, options.high, options.sweep)
    rates, losses, best, recipe = find_lr(
        request.name, task, request.fields, request.overrides, *sweep
    )
    write_sweep(rates, losses, best, options.out)
    print(
        f"the loss falls the fastest at {best:.2g}; the recipe's highest rate is "
        f"{recipe.learning_rate:g}"
    )
    print(options.out, options.out.with_suffix(".csv"), sep="\n")
    print(f"try: --learning-rate {best:.1g}")
