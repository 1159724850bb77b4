"""The tree from portfolio to measure package, with its leads and targets.

Owns: nodes and targets.
"""
