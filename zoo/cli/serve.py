"""`zoo serve`: a page to play with, and a JSON API."""

import pathlib
import sys

import zoo
from zoo.backend import import_tensorflow
from zoo.cli.opening import add_longest
from zoo.errors import ZooError
from zoo.printable import printable


def add_commands(command):
    """Declares `zoo serve`."""
    sub = command(
        "serve",
        serve_command,
        "serve models to a browser: a page to play with, and a JSON API; Ctrl-C ends it",
    )
    sub.add_argument(
        "names",
        nargs="+",
        metavar="NAME-OR-RUN",
        help="a run folder; a trained model of `zoo list --trained`; or a checkpoint: its folder, "
        "or OWNER/NAME on the hub",
    )
    sub.add_argument(
        "--host",
        default="127.0.0.1",
        help="address or name that requests reach; 0.0.0.0 is every address of this machine "
        "(default: 127.0.0.1, for this machine alone)",
    )
    sub.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="HOST",
        dest="hosts",
        help="answer requests to this name, too, such as that of the server in front; repeatable",
    )
    sub.add_argument("--port", type=int, default=8000, help="0 takes any free one (default: 8000)")
    sub.add_argument(
        "--queue",
        type=int,
        default=1024,
        metavar="N",
        help="let N texts wait per model, and refuse more (default: 1024)",
    )
    add_longest(sub)


def serve_command(options):
    """`zoo serve NAME-OR-RUN...`."""
    names = public_names(options.names)
    from zoo.serving.limits import Limits

    limits = Limits(options.longest, options.queue)
    import_tensorflow()
    from zoo.serving.service import Service, bind, check_installed

    check_installed()
    bound = bind(options.host, options.port)
    with bound:
        models = {name: zoo.load(given) for name, given in names.items()}
        service = Service(models, bound, limits, hosts=(options.host, *options.hosts))
        print("preparing the models; the address follows", file=sys.stderr, flush=True)
        service.warm_up()
        service.listen()
        print(f"{printable(', '.join(models))} at {service.address} (Ctrl-C ends)", flush=True)
        if not bound.getsockname()[0].startswith(("127.", "::1")):
            print("anyone who reaches this machine can use it: there is no password", flush=True)
        service.run()


def public_names(given):
    """What clients call the models: the last part of a folder's path; the path itself would tell
    them about this machine.

    Returns:
        A dict of public name to what was given.

    Raises:
        ZooError: two models have the same name.
    """
    names = {}
    for word in given:
        path = pathlib.Path(word)
        name = path.resolve().name if path.is_dir() else word
        if name in names:
            raise ZooError(f"'{names[name]}' and '{word}' would both be called '{name}'")
        names[name] = word
    return names
