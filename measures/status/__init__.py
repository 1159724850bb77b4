"""Computed sums and statuses of a measure, recomputed after every change.

Owns: statuses, totals, their history, what a lock keeps of them.
"""
