"""Reports as of a lock: the same figures from kept rows.

Owns: the choice of moments, and reads of what was locked.
"""
