"""How many processor cores this process may use."""

import os


def cores():
    """int, those that it is bound to, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
