"""What belongs to one person, and the overview of a measure that shows several capabilities.

Owns: my work.
"""
