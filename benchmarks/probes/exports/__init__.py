"""Compares the formats of `zoo export` with the zoo."""
