"""What formulas are fed with: the rows of a measure, read once and frozen.

Owns: loading of facts, checks of months and gates, the lock under which dates take turns.
"""
