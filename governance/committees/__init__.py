"""Meetings, agendas, votes, circulations, minutes, and the conditions that decisions set.

Owns: meetings, motions, circulations, resolutions, conditions.
"""
