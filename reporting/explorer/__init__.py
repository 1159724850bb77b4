"""The tree as a table with filters, sorts, column sets and a CSV; and the search.

Owns: the columns and filters of lists.
"""
