"""A status shown instead of the computed one, by somebody's word and for a time.

Owns: overrides, and the reminder before one lapses.
"""
