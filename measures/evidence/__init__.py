"""Documents and what they prove.

Owns: documents with their hashes, who opened them, the stored files.
"""
