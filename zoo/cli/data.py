"""`zoo data inspect`, and the arguments that name a user's pairs of texts."""

from zoo.errors import ZooError

PAIRS = (
    "pairs of texts: a .tsv, .csv or .jsonl file; two parallel text files; or a folder with a file "
    "per split; each may be .gz; or hf:NAME, a data set of the Hugging Face hub"
)


def add_commands(command):
    """Declares `zoo data`."""
    sub = command("data", inspect_command, "look at your own pairs of texts before training")
    sub.add_argument(
        "verb",
        choices=("inspect",),
        help="lengths, vocabulary, duplicates, overlap of the splits, oddities",
    )
    add_data(sub)


def add_data(sub, name="data", text=PAIRS):
    """Declares the arguments that name a user's pairs of texts, the first with `text` as help."""
    sub.add_argument(name, nargs="+", metavar="FILE", help=text)
    sub.add_argument(
        "--columns",
        nargs=2,
        metavar=("SOURCE", "TARGET"),
        help="names of the two columns, fields, or endings of parallel files "
        "(default: source target)",
    )


def check_columns_of_data(options):
    """Raises `ZooError` for --columns without the --data whose columns they are."""
    if options.columns and not options.data:
        raise ZooError("--columns names the columns of --data FILE")


def inspect_command(options):
    """`zoo data inspect FILE`."""
    from zoo.data.inspect_pairs import Inspection

    print(Inspection(options.data, options.columns).report())
