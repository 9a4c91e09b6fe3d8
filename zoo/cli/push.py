"""`zoo push`: a trained model to the Hugging Face hub."""

from zoo.cli.opening import add_run, open_text_model


def add_commands(command):
    """Declares `zoo push`."""
    sub = command("push", push_command, "upload a trained model to the Hugging Face hub")
    add_run(sub)
    sub.add_argument("name", metavar="OWNER/NAME", help="the repository; made if it is missing")
    sub.add_argument("--private", action="store_true", help="a new repository is private")


def push_command(options):
    """`zoo push RUN OWNER/NAME`."""
    model = open_text_model(options.run)
    from zoo.pretrained.push import push

    print(f"{push(model, options.name, options.private)}\ntry: zoo generate {options.name} TEXT")
