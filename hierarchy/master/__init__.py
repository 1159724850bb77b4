"""Master data by code: legal entities, business units, functions, accounts.

Owns: the four kinds of records, and what still uses one.
"""
