"""The zoo against other libraries: same weights, same inputs, same machine, in turns."""
