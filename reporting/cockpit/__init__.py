"""Page one of a node: key figures, what is missing and why, the green trap.

Owns: nothing of its own.
"""
