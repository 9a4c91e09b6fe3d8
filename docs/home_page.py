"""What the home page says that code and pinned versions know."""

import re

from benchmarks.suite import REPOSITORY

PEERS = {  # the file that pins the version of each library in the comparison
    "transformers": "benchmarks/peers/requirements.txt",
    "joeynmt": "benchmarks/peers/requirements.txt",
    "keras-hub": "constraints.txt",
}
NAMES = {"joeynmt": "Joey NMT", "keras-hub": "KerasHub"}


def peer_versions():
    """The libraries that the zoo is compared with, and their versions, in words."""
    found = []
    for name, file in PEERS.items():
        text = (REPOSITORY / file).read_text(encoding="utf-8")
        version = re.search(rf"(?m)^{name}==(\S+)", text)[1]
        found.append(f"{NAMES.get(name, name)} {version}")
    return f"{', '.join(found[:-1])} and {found[-1]}"
