"""The read models and how they are kept: roll-ups after each change, rebuilds from scratch.

Owns: the tables that reports read.
"""
