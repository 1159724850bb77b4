"""Reads of the hierarchy."""
