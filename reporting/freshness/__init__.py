"""Money that nobody confirmed lately, by node and by owner.

Owns: nothing of its own.
"""
