"""One file a paper. A model is found by its registration; see `zoo.registry`."""
