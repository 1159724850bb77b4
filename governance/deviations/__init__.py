"""Gaps beyond tolerance: opened and closed by rule, with a clock that ends in a decision.

Owns: deviations, steps of the clock, options, counter-measures, their decisions.
"""
