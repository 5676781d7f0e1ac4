"""The solvers that `peers.py` compares, each run on the same problem."""
