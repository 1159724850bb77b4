"""What changed between two moments, measure by measure.

Owns: nothing of its own.
"""
