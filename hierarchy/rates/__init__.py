"""Exchange rates by month, set in versions that are never edited.

Owns: rates and the versions that set them.
"""
