"""Exchange rates of the European Central Bank: read, compared, taken over.

Owns: nothing stored: rates are the hierarchy's.
"""
