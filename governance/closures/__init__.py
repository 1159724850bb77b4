"""Closing a measure: claims, line-by-line confirmation, signatures, protocol, checks that the money lasts.

Owns: claims, signatures, residuals, sustain checks; the content of a request to close.
"""
