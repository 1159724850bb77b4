"""The gate rules in force: the organization's published version, else those of the code.

Owns: versions of rules, their entries and decision rights.
"""
