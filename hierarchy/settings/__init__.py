"""Settings that an administrator changes, and the first steps of a new organization.

Owns: thresholds, the overview of settings, the list of first steps.
"""
