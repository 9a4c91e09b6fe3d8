"""The process of one part: `python -m benchmarks.card.part NAME FOLDER PYTHON [--rehearse]`."""

import importlib
import json
import pathlib
import sys
import time

import pandas as pd

from benchmarks import provenance
from zoo.errors import first_line
from zoo.files import read_json, write_text


def main(name, folder, peer_python, rehearse):
    """Measures the steps of a part that have no row yet. Returns the exit status.

    A step that fails leaves no row, and the others go on. A step that takes longer than the part
    may is killed with it; the next time, those that were tried less often come first.
    """
    module, folder = importlib.import_module(f"benchmarks.card.{name}"), pathlib.Path(folder)
    table, tried, failed = folder / f"{name}.csv", tries_file(folder, name), 0
    rows = pd.read_csv(table).to_dict("records") if table.is_file() else []
    tries = read_json(tried) if tried.is_file() else {}
    steps, done = module.steps(rehearse), [row["step"] for row in rows]
    left = [step for step in steps if step not in done]
    for step in sorted(left, key=lambda step: tries.get(step, 0)):
        tries[step] = tries.get(step, 0) + 1
        write_text(tried, json.dumps(tries))
        started = time.perf_counter()
        try:
            row = module.measure(folder, peer_python, **steps[step])
        except Exception as error:  # whatever a card may do, the next step can still be measured
            print(f"{name}, {step}: failed: {first_line(error)}", flush=True)
            print(f"{step}: {error!r}", file=sys.stderr, flush=True)
            failed += 1
            continue
        seconds = time.perf_counter() - started
        rows.append({"step": step} | row | {"seconds": seconds, "commit": provenance.commit()})
        write_text(table, pd.DataFrame(rows).to_csv(index=False, float_format="%.5g"))
        print(f"{name}, {step}: {seconds:.0f} s", flush=True)
    return 1 if failed else 0


def tries_file(folder, name):
    """Path of the file that says how often each step of a part was begun."""
    return folder / "logs" / f"{name}_tries.json"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4], rehearse="--rehearse" in sys.argv))
