"""Doubts about numbers and overlaps between measures, found by rule and settled by people.

Owns: findings and their resolutions.
"""
