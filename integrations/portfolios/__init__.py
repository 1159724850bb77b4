"""Imports of portfolios by a mapping: read, placed, written row by row, and again without change.

Owns: import runs and where each row came from.
"""
