"""Part `task`: a model trained in full, on data that come with the package."""

TITLE = "Spelling to phonemes, trained in full"
TEXT = """A Transformer of three layers of 256 units on the task `g2p`. The checkpoint is chosen on
validation words. Scores are those on the test words, greedy and with a beam of 4."""
MODEL = dict(units=256, depth=3, heads=4, inner_units=1024, dropout=0.2)


def steps(rehearse):
    """The precisions that are compared."""
    names = ("float32",) if rehearse else ("bfloat16", "float32")
    return {name: dict(precision=name, rehearse=rehearse) for name in names}


def measure(folder, peer_python, precision, rehearse):
    """Trains and scores: a row."""
    import zoo

    recipe = zoo.Recipe(
        epochs=20,
        steps=3 if rehearse else 0,
        tokens=1024 if rehearse else 8192,
        buckets=1 if rehearse else 3,
        learning_rate=1e-3,
        label_smoothing=0.1,
        validation_limit=20 if rehearse else 1000,
        precision="float32" if precision == "float32" else "mixed_bfloat16",
        compiled=not rehearse,
    )
    limits = dict(train_limit=400, validation_limit=20, test_limit=20) if rehearse else {}
    task = zoo.create_task("g2p", **limits)
    model = "transformer_nano" if rehearse else "transformer_mini"
    given = model, task, recipe, folder / "logs" / "task" / precision, {} if rehearse else MODEL
    try:
        run = zoo.train(*given, resume=True, progress=False)
    except zoo.ZooError:  # there is nothing to go on with, or the end is reached
        run = zoo.train(*given, overwrite=True, progress=False)
    row = {
        "parameters": run.model.count_params(),
        "steps": run.training["steps"],
        "training_seconds": run.training["seconds"],
    }
    for name, strategy in {"greedy": zoo.Greedy(), "beam": zoo.Beam(4)}.items():
        report = zoo.evaluate_model(run.model, task, "test", strategy, jit=not rehearse)
        row[f"{name}_wrong_words"] = report.scores["wrong_words"]["value"]
    return row
