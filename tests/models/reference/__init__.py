"""The papers' equations in NumPy float64, one source at a time and without padding: what the
variants must equal.
"""
