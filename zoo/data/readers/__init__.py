"""Readers of pairs of texts: tables, JSON lines, parallel texts, and data sets of the hub.

Whatever would make a wrong pair is an error that names file and line. A pair with an empty side is
left out and counted.
"""
