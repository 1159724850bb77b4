"""Writing the next version of the gate rules: draft, dry run, comparison, publication.

Owns: dry runs and their findings.
"""
