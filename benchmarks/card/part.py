"""The process of one part: `python -m benchmarks.card.part NAME FOLDER PYTHON [--rehearse]`."""

import importlib
import pathlib
import sys
import time

import pandas as pd

from benchmarks import provenance
from zoo.errors import first_line
from zoo.files import write_text


def main(name, folder, peer_python, rehearse):
    """Measures the steps of a part that have no row yet. Returns the exit status.

    A step that fails leaves no row, and the others go on.
    """
    module = importlib.import_module(f"benchmarks.card.{name}")
    table, failed = pathlib.Path(folder) / f"{name}.csv", 0
    rows = pd.read_csv(table).to_dict("records") if table.is_file() else []
    for step, arguments in module.steps(rehearse).items():
        if step in [row["step"] for row in rows]:
            continue
        started = time.perf_counter()
        try:
            row = module.measure(pathlib.Path(folder), peer_python, **arguments)
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


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4], rehearse="--rehearse" in sys.argv))
