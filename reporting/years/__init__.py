"""Money by kind and fiscal year of a node.

Owns: nothing of its own.
"""
