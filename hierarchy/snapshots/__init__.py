"""The tree as it was when a month was locked.

Owns: locked nodes.
"""
