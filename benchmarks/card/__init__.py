"""What a graphics card does with the zoo: `python -m benchmarks card`.

Each module whose name is in `PARTS` of `command` is a part: its `steps(rehearse)` are measured one
after the other in a process of the part's own, and each leaves a row as it ends. What has a row is
not measured again, so that a card lent for ten minutes at a time gets through all of them.
"""
