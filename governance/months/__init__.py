"""Reporting months from open to locked: reminders, nudges, the lock and what it keeps.

Owns: steps of a month, snapshots.
"""
