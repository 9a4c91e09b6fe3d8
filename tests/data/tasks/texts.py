"""Short texts for tests of tasks, and the same backwards."""

import itertools

WORDS = "a boat sails over the sea and two dogs run after red balls in deep snow".split()
TEXTS = [
    " ".join(three).capitalize() + "."
    for three in itertools.islice(itertools.permutations(WORDS, 3), 400)
]
REVERSED = [text[::-1] for text in TEXTS]
