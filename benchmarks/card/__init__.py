"""What a graphics card does with the zoo: `python -m benchmarks card`.

Each module whose name is in `PARTS` is a part: its `steps(rehearse)` are measured one after the
other in a process of the part's own, and each leaves a row as it ends. What has a row is not
measured again, so that a card lent for ten minutes at a time gets through all of them.
"""

COMMAND = "python -m benchmarks card"
# Parts in the order of what is wanted first, and the minutes that each may take.
PARTS = {
    "machine": 1,
    "tests": 4,
    "training": 4,
    "decoding": 3,
    "recurrent": 1,
    "task": 3,
    "quick": 4,
}
