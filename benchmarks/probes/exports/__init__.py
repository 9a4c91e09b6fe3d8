"""`python -m benchmarks probe exports [NAME...]`: compares exports with the zoo.

NAME is a trained model, such as transformer_mini-g2p, which reads words of its test split; or a
registered one, such as marian_nano, which first learns Multi30k for `STEPS` steps and reads
captions. Without names, all trained models are measured. Each reads `COUNT` texts of mixed length;
transformers, and the formats that are opened by the zoo, read the first 100.

A SavedModel is loaded by a process that cannot import the zoo. ONNX Runtime's logits are compared
along the zoo's own outputs. Writes one row per model, format and search to results/exports.csv;
where a format refuses a model, the row says why. The rows of models that are not named stay.
"""

import importlib.util
import pathlib
import tempfile

import pandas as pd

import zoo
from benchmarks import provenance
from benchmarks.probes.exports.formats import COMPARE, LONGEST
from benchmarks.suite import REPOSITORY
from zoo import registry
from zoo.errors import ZooError
from zoo.export import FORMATS, export
from zoo.files import write_text
from zoo.registry.trained import list_trained

TABLE = REPOSITORY / "results" / "exports.csv"
COUNT, STEPS, PIECES = 1000, 150, 2000
CHANGES = {  # embeddings tied as transformers reads them, and room for the longest captions
    "t5": {"tied_embeddings": "all"},
    "t5_v1_1": {"tied_embeddings": "inputs"},
    "bart": {"tied_embeddings": "all"},
    "gpt2": {"max_positions": 160},
    "whisper": {"max_positions": 160},
}
BEAM = zoo.Beam(4, length_penalty=1.0, formula="power", early_stopping=True)
SEARCHES = {"greedy": zoo.Greedy(), "beam 4": BEAM}
NEEDED = ("tf2onnx", "onnxruntime", "ctranslate2", "torch", "transformers")
ONE_SEARCH = ("zoo", "onnx", "keras")  # formats without a search of their own


def main(names):
    """Measures models, or all that are trained; rewrites the table after each."""
    trained = list_trained()
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise ZooError(f"{', '.join(missing)} missing: pip install -e '.[test,parity]'")
    place = {"commit": provenance.commit(), "processor": provenance.processor()}
    rows = pd.read_csv(TABLE, dtype=str, keep_default_na=False).to_dict("records")
    for name in names or trained:
        rows = [row for row in rows if row["model"] != name]
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            if name in trained:
                text_model, task = zoo.load(name), zoo.create_task(name.rpartition("-")[2])
            else:
                task = zoo.create_task("multi30k", pieces=PIECES)
                text_model = briefly_trained(name, task, folder / "run")
            texts = spread([example.source for example in task.examples("test")], COUNT)
            for row in measure(text_model, texts, folder):
                short = {k: f"{x:.4g}" if isinstance(x, float) else x for k, x in row.items()}
                rows.append({"model": name, "task": task.name, **short, **place})
                print(row, flush=True)
        write_text(TABLE, pd.DataFrame(rows).to_csv(index=False))
    print(TABLE)


def briefly_trained(name, task, folder):
    """The text model of a run of `STEPS` steps."""
    recipe = {"steps": STEPS, "buckets": 1, "validation_limit": 8, "precision": "float32"}
    changes = CHANGES.get(registry.card(name)["family"], {})
    return zoo.train(name, task, recipe, folder, changes, progress=False).text_model()


def spread(items, count):
    """At most `count` of the items, at equal steps."""
    return items[:: max(1, len(items) // count)][:count]


def measure(text_model, texts, folder):
    """Yields the rows of a model."""
    for label, search in SEARCHES.items():
        decoding = zoo.Decoding(search, max_length=LONGEST)
        expected = [best[0] for best in text_model.generate(texts, decoding)]
        for name in FORMATS:
            if name in ONE_SEARCH and label != "greedy":
                continue
            row = {"format": name, "search": label}
            out = folder / f"{name}-{label}"
            own = {"strategy": search} if name == "savedmodel" else {}
            own |= {"max_length": LONGEST} if name in ("savedmodel", "onnx") else {}
            try:
                export(text_model, out, name, **own)
            except ZooError as error:
                yield row | {"refused": str(error)}
                continue
            yield row | COMPARE[name](text_model, out, texts, expected, search is BEAM)
