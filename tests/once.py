"""What is made once for all workers of a session."""

import fcntl
import os


def make_once(tmp_path_factory, name, make):
    """Fills a folder once per session, whichever worker comes first; the others wait for it.

    Args:
        tmp_path_factory: pytest's fixture.
        name: str, the folder's name, unique in the session.
        make: function of the folder, which does not exist yet.

    Returns:
        The folder's path. Nobody may change what is in it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = shared / name, shared / f"{name}.done"
    with open(shared / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make(folder)
            done.touch()
    return folder
