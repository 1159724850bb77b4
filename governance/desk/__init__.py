"""The inbox of whoever decides, and the numbers beside the navigation.

Owns: nothing of its own; it shows what others own.
"""
