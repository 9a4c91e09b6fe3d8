"""`zoo baseline`: scores of a simple answer without a network, which a trained model must beat."""

from zoo import registry
from zoo.backend import import_tensorflow
from zoo.cli.evaluate import print_report
from zoo.errors import ZooError


def add_commands(command):
    """Declares `zoo baseline`."""
    sub = command(
        "baseline", baseline_command, "score a baseline without a network on a split of a task"
    )
    sub.add_argument("task", metavar="TASK", help="a name of `zoo tasks`")
    sub.add_argument(
        "--task-option",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a task option, such as max_length=10",
    )
    sub.add_argument("--name", help="another baseline than the task's own")
    sub.add_argument("--split", default="test", help="a split of the task (default: test)")
    sub.add_argument("--limit", type=int, default=0, help="the first examples only (default: all)")


def baseline_command(options):
    """`zoo baseline TASK`."""
    if options.limit < 0:
        raise ZooError(f"--limit must not be negative, got {options.limit}")
    name = options.name or registry.tasks.entry(options.task).card["baseline"]
    import_tensorflow()
    from zoo.baselines import evaluate_baseline
    from zoo.data.task import create_task

    task = create_task(options.task, **registry.key_values(options.task_option))
    print_report(evaluate_baseline(name, task, options.split, options.limit))
