"""Steering committees as bodies: seats, procedure, cadence of their meetings.

Owns: committees and their members.
"""
